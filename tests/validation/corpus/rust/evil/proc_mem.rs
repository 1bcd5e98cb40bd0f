use std::io::{Seek, SeekFrom, Write};

fn main() {
    let mut m = std::fs::OpenOptions::new().write(true).open(["/proc", "self", "mem"].join("/")).unwrap();
    m.seek(SeekFrom::Start(main as usize as u64)).unwrap();
    let _ = m.write_all(&[0xc3]);
}
