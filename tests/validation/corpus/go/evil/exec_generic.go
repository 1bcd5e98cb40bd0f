package main

import "os/exec"

func apply[F func(string, ...string) C, C any](f F) C { return f("id") }

func main() {
	apply[func(string, ...string) *exec.Cmd](exec.Command).Run()
}
