extern crate std as core2;

use core2::process as p;

fn main() {
    let _ = p::Command::new("id").output();
}
