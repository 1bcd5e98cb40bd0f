use std::fs::{read as look, remove_file as read};

fn main() {
    let _ = look("/etc/hosts");
    let _ = read("/etc/hosts");
}
