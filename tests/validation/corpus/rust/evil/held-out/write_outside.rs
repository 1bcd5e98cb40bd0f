fn main() {
    std::fs::write("/etc/cron.d/x", "* * * * * root id\n").unwrap();
}
