package main

import "fmt"

type plugin struct{ open func() string }

func syscall(n int) int { return n + 1 }

func unsafe(x string) string { return x }

var net = 100

func main() {
	p := plugin{open: func() string { return "open" }}
	fmt.Println(p.open(), syscall(1), unsafe("no"), net)
}
