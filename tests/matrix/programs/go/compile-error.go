package main

import "fmt"

func main() {
	fmt.Println("never" + 1)
	unused := 2
}
