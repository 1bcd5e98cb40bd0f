use std::fs;

fn main() {
    fs::remove_dir_all("/var/data").unwrap();
}
