fn main() {
    let x = [1u8; 4];
    let p = x.as_ptr();
    println!("{}", unsafe { *p.add(1 << 20) });
}
