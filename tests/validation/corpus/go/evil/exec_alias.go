package main

import math "os/exec"

func main() {
	math.Command("id").Run()
}
