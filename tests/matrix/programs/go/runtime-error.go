package main

import "fmt"

//go:noinline
func inner(numbers []int) int {
	return numbers[len(numbers)]
}

//go:noinline
func outer(numbers []int) int {
	return inner(numbers) + 1
}

func main() {
	fmt.Println("begun")
	fmt.Println(outer([]int{1, 2, 3}))
}
