package main

import "os/exec"

type task struct {
	exec.Cmd
	name string
}

func main() {
	t := task{name: "x"}
	t.Path = "/bin/id"
	t.Run()
}
