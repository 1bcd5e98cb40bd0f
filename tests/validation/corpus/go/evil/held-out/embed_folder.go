package main

import "embed"

//go:embed *.txt go.mod
var files embed.FS

func main() {
	names, _ := files.ReadDir(".")
	println(len(names))
}
