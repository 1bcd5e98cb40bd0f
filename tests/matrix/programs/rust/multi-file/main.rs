mod lib {
    pub mod answers;
}

fn main() {
    let text = std::fs::read_to_string("data/number.txt").unwrap();
    println!("answer {}", lib::answers::answer(&text));
}
