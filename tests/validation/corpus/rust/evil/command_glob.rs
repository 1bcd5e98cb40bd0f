use std::process::*;

fn main() {
    let _ = Command::new("id").output();
}
