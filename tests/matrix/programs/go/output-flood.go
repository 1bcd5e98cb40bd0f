package main

import (
	"os"
	"strings"
)

func main() {
	stream := os.Stdout
	if os.Args[1] == "stderr" {
		stream = os.Stderr
	}
	line := strings.Repeat("x", 99) + "\n"
	for {
		stream.WriteString(line)
	}
}
