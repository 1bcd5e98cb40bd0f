use std::io::Write;

fn main() {
    let line = "x".repeat(99) + "\n";
    let mut stream: Box<dyn Write> = match std::env::args().nth(1).as_deref() {
        Some("stderr") => Box::new(std::io::stderr()),
        _ => Box::new(std::io::stdout()),
    };
    loop {
        let _ = stream.write_all(line.as_bytes());
    }
}
