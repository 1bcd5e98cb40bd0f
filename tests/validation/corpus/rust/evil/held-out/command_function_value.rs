fn main() {
    let make = std::process::Command::new::<&str>;
    let _ = make("id").status();
}
