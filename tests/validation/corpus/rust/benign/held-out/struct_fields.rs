#[derive(Default)]
struct Config {
    command: String,
    process: u8,
    std: u8,
    asm: bool,
}

fn main() {
    let c = Config { process: 1, ..Default::default() };
    let Config { command, std, asm, .. } = &c;
    println!("{command}{std}{asm}{}", c.process);
}
