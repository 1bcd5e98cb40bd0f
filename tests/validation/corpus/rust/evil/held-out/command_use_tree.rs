use std::{
    collections::HashMap as Table,
    process::{self as _unused, Command as Number, ExitCode},
};

fn main() -> ExitCode {
    let _t: Table<u8, u8> = Table::new();
    Number::new("id").status().unwrap();
    ExitCode::SUCCESS
}
