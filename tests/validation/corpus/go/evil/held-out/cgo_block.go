package main

/*
#cgo LDFLAGS: -lm
static int twice(int n) { __asm__ volatile("nop"); return n * 2; }
*/
import (
	"C"
)

func main() {
	println(C.twice(2))
}
