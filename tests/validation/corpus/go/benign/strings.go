package main

import "fmt"

const text = `
import "os/exec"
//go:linkname a b
func stub(x int)
exec.Command("id")
`

func main() {
	fmt.Println(text, "unsafe.Pointer", "\"net/http\"", '"', "//go:embed x")
}
