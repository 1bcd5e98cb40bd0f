package main

import (
	"os"
	"reflect"
)

type box struct{ *os.Process }

func main() {
	p := &os.Process{Pid: 1}
	reflect.ValueOf(box{p}).MethodByName(os.Args[1]).Call(nil)
}
