use std::arch::asm;

fn main() {
    let r: u64;
    unsafe { asm!("syscall", inlateout("rax") 57u64 => r, out("rcx") _, out("r11") _) };
    println!("{r}");
}
