package main

import nothing "net"

func main() {
	var d nothing.Dialer
	d.Dial("tcp", "127.0.0.1:80")
}
