package main

import "os/exec"

func main() {
	(&exec.Cmd{Path: "/bin/id", Args: []string{"id"}}).Run()
}
