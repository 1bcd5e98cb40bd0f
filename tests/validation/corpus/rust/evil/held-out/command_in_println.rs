fn main() {
    println!("{:?}", std::process::Command::new("id").output());
}
