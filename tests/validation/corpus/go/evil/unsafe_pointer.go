package main

import (
	"fmt"
	"unsafe"
)

func main() {
	x := uint64(0x41)
	p := (*[1 << 20]byte)(unsafe.Pointer(&x))
	fmt.Println(p[4096])
}
