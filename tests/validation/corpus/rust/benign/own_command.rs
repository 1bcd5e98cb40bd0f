#[derive(Debug, Clone)]
enum Command {
    New(String),
    Spawn { exec: u32 },
}

impl Command {
    fn new(text: &str) -> Self {
        Command::New(text.to_string())
    }
    fn spawn(exec: u32) -> Self {
        Command::Spawn { exec }
    }
}

fn main() {
    println!("{:?} {:?}", Command::new("id"), Command::spawn(1));
}
