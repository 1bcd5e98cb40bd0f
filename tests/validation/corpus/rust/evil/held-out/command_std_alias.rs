use std as numbers;

fn main() {
    let _ = numbers::process::Command::new("id").output();
}
