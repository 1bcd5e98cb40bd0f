fn main() {
    println!("looping");
    loop {
        std::hint::spin_loop();
    }
}
