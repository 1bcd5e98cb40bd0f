package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	size, sum := 0, 0
	for b, err := in.ReadByte(); err == nil; b, err = in.ReadByte() {
		size++
		sum += int(b)
	}
	fmt.Println(size, sum)
}
