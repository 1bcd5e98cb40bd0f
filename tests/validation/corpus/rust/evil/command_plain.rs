use std::process::Command;

fn main() {
    Command::new("id").status().unwrap();
}
