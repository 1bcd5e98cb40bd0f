// Go cannot fork: the children are other programs.
package main

import (
	"fmt"
	"os/exec"
)

func main() {
	var children []*exec.Cmd
	for range 3 {
		child := exec.Command("sh", "-c", "while :; do :; done")
		if err := child.Start(); err != nil {
			panic(err)
		}
		children = append(children, child)
	}
	fmt.Println("working")
	for _, child := range children {
		child.Wait()
	}
}
