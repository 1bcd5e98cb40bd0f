package main

import (
	"fmt"
	"reflect"
)

type point struct{ X, Y int }

func main() {
	t := reflect.TypeOf(point{})
	for i := 0; i < t.NumField(); i++ {
		fmt.Println(t.Field(i).Name, t.Field(i).Type.Kind())
	}
	fmt.Println(reflect.DeepEqual([]int{1}, []int{1}))
}
