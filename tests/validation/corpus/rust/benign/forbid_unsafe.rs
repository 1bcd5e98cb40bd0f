#![forbid(unsafe_code)]
#![deny(unsafe_op_in_unsafe_fn)]

#[allow(dead_code)]
fn unsafe_looking() {}

fn main() {
    let not_unsafe = true;
    println!("{not_unsafe}");
}
