fn main() {
    let never: i32 = "never";
    println!("{never}");
}
