package main

import "net"

func main() {
	c, _ := net.Dial("tcp", "127.0.0.1:80")
	c.Close()
}
