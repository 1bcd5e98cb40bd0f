package main

import (
	"fmt"
	"os/exec"
)

func main() {
	out, err := exec.Command("id").Output()
	fmt.Println(string(out), err)
}
