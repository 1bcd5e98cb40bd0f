package main

import _ "embed"

//go:embed notes.txt
var notes string

func main() {
	println(notes)
}
