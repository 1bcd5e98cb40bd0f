package main

import . "unsafe"

func main() {
	n := 1
	*(*float64)(Pointer(&n)) = 2
}
