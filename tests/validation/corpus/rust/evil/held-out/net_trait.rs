use std::net::ToSocketAddrs as Parts;

fn main() {
    println!("{:?}", Parts::to_socket_addrs("example.com:80").map(|a| a.count()));
}
