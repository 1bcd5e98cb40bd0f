use std::fmt;

struct TcpStream {
    net: [u8; 4],
}

impl fmt::Display for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.net;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

fn main() {
    println!("{}", TcpStream { net: [127, 0, 0, 1] });
}
