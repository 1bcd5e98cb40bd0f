fn down(depth: u64) -> u64 {
    std::hint::black_box(down(std::hint::black_box(depth + 1))) + 1
}

fn main() {
    println!("{}", down(0));
}
