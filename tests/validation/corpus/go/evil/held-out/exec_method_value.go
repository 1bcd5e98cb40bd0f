package main

import "os/exec"

var run = exec.Command

func main() {
	run("id").Start()
}
