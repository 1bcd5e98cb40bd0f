package main

import /* "fmt" */ e /* // */ "os/exec" // "strings"

func main() {
	e. /* nothing */
		Command("id").Run()
}
