#[deprecated(note = "it used unsafe and std::process::Command")]
#[doc(alias = "asm")]
fn old() -> u8 {
    1
}

#[allow(deprecated)]
fn main() {
    println!("{}", old());
}
