use std::io::Write;

fn main() {
    let mut out = std::fs::File::create("fill").unwrap();
    loop {
        out.write_all(&[0; 1 << 20]).unwrap();
    }
}
