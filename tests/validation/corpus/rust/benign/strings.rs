fn main() {
    let words = ["std::process::Command", "unsafe { }", r#"include_str!("/etc/passwd")"#, "asm!(\"nop\")"];
    println!("{} {}", words.join(", "), b"extern \"C\"".len());
    println!("std::process::Command::new({:?}) unsafe {{ {0} }}", 1);
}
