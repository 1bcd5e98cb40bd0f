package main

import "os/exec"

var _ = func() error { return exec.Command("id").Run() }()

func main() {}
