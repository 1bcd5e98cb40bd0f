use std::{io::{self, Write}, net::{self as text, SocketAddr}};

fn main() -> io::Result<()> {
    let a: SocketAddr = ([127, 0, 0, 1], 0).into();
    let l = text::TcpListener::bind(a)?;
    writeln!(io::stdout(), "{:?}", l.local_addr())
}
