package main

import `os/exec`

func main() {
	exec.Command("id").Run()
}
