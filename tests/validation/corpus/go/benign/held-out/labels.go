package main

import "fmt"

func main() {
	n := 0
exec:
	for {
		switch {
		case n > 3:
			break exec
		default:
			n++
			continue exec
		}
	}
	fmt.Println(n)
}
