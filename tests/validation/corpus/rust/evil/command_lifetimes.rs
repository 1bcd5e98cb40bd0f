fn pick<'a>(x: &'a str, _q: char) -> &'a str {
    x
}

fn main() {
    let _ = pick("id", '"'); let _ = std::process::Command::new(pick("id", '\'')).status(); let _c = ['"', b'"' as char];
}
