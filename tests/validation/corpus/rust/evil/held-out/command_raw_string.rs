fn main() {
    let _a = r##"a "# b"##; let _ = std::process::Command::new(r"id").status(); let _b = r#"""#;
}
