package main

import "fmt"

func join(exec, net, unsafe string) (plugin string) {
	plugin = exec + net + unsafe
	return
}

func main() {
	syscall := struct{ Exec, Kill int }{1, 2}
	fmt.Println(join("a", "b", "c"), syscall.Exec+syscall.Kill)
}
