package main

import "fmt"

type cursor struct{}

func (cursor) Exec(q string) string    { return q }
func (cursor) Command(n int) int       { return n }
func (cursor) RemoveAll(x []int) []int { return x[:0] }

func main() {
	exec := cursor{}
	fmt.Println(exec.Exec("select"), exec.Command(2), exec.RemoveAll([]int{1}))
}
