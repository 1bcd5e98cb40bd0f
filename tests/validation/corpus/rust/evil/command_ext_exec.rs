use std::os::unix::process::CommandExt as _;
use std::process;

fn main() {
    process::Command::new("id").exec();
}
