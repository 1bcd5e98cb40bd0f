macro_rules! asm {
    ($($line:literal),*) => { vec![$($line),*] };
}

macro_rules! system {
    ($n:expr) => { $n + 1 };
}

fn main() {
    println!("{:?} {}", asm!("mov", "add"), system!(1));
    println!("{}", stringify!(unsafe_name));
}
