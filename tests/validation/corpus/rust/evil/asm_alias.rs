use core::arch::{asm as note, global_asm as notes};

notes!(".globl weather", "weather: ret");

fn main() {
    unsafe { note!("nop") };
}
