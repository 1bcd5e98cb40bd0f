package main

import "os/exec"

func main() {
	exec := exec.Command
	exec("id").Run()
}
