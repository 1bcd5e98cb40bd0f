package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, len(os.Args), os.Getenv("HOME") != "")
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() {
		fmt.Println(s.Text())
	}
	if len(os.Args) > 9 {
		os.Exit(2)
	}
}
