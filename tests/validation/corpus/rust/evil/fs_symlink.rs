fn main() {
    std::os::unix::fs::symlink("/etc", "here").unwrap();
}
