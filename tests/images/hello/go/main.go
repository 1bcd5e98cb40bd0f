package main

import (
	"fmt"

	"main/util"
)

func main() {
	for i := range 2 {
		fmt.Println("hello", util.Largest(i, 1))
	}
}
