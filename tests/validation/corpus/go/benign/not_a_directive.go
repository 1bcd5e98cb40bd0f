package main

import "fmt"

// go:linkname is not used here.
//  go:embed secret.txt

/* //go:generate sh */

//gopher: exec

func main() {
	fmt.Println("x") //nolint:gosec
}
