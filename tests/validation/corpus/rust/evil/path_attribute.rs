#[cfg(any())]
#[path = "/tmp/elsewhere.rs"]
mod weather;

fn main() {}
