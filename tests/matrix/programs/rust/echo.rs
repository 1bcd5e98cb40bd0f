use std::io::{self, Read};

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("{}", args.join("|"));
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    print!("{text}");
    Ok(())
}
