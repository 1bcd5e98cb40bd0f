mod process {
    pub struct Command;
    impl Command {
        pub fn new(n: i32) -> i32 {
            n + 1
        }
    }
}

mod net {
    pub fn connect(a: &str) -> usize {
        a.len()
    }
}

fn main() {
    println!("{} {}", process::Command::new(1), net::connect("x"));
}
