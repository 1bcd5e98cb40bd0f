package main

import "fmt"

type Shape interface {
	Area() float64
	Exec(args ...string) error
	fmt.Stringer
}

type Func func(n int) (r int)

type square float64

func (s square) Area() float64            { return float64(s * s) }
func (s square) Exec(args ...string) error { return nil }
func (s square) String() string           { return "square" }

func main() {
	var s Shape = square(2)
	var f Func = func(n int) int { return n }
	fmt.Println(s, s.Area(), s.Exec("id"), f(1))
}
