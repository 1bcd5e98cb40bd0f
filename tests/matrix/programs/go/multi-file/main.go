package main

import (
	"fmt"
	"os"

	"main/lib"
)

func main() {
	text, err := os.ReadFile("data/number.txt")
	if err != nil {
		panic(err)
	}
	fmt.Println("answer", lib.Answer(string(text)))
}
