type Count = std::process::Command;

fn main() {
    let _ = Count::new("id").status();
}
