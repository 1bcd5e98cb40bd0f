package main

import (
	"fmt"
	"reflect"
)

func main() {
	n := 1
	fmt.Println(reflect.ValueOf(&n).UnsafePointer())
}
