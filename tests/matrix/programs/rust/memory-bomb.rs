fn main() {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(std::hint::black_box(vec![b'x'; 4 << 20]));
    }
}
