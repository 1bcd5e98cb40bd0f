fn main() {
    let x = 1u8;
    println!("{}", unsafe { *(&x as *const u8).offset(4096) });
}
