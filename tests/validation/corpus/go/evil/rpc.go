package main

import "net/rpc"

func main() {
	rpc.Dial("tcp", "127.0.0.1:80")
}
