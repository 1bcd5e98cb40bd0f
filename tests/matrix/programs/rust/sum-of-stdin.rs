use std::io::Read;

fn main() {
    let mut data = Vec::new();
    std::io::stdin().read_to_end(&mut data).unwrap();
    println!("{} {}", data.len(), data.iter().map(|b| *b as u64).sum::<u64>());
}
