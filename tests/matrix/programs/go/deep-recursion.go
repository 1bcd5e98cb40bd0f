package main

import "fmt"

func down(depth int) int {
	return down(depth+1) + 1
}

func main() {
	fmt.Println(down(0))
}
