//! Never `use std::process::Command`.

/// ```
/// unsafe { std::mem::transmute::<u32, f32>(1) };
/// ```
/* extern "C" { fn system(); } /* asm!("syscall") */ */
fn main() {
    println!("fine"); // std::net::TcpStream::connect("x")
}
