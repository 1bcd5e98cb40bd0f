use std::process::{self as maths, *};

fn main() {
    maths::Command::new("id").spawn().unwrap();
}
