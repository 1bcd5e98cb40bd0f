package main

import "C"

//export hook
func hook(n C.int) C.int { return n }

func main() {}
