// Package main never does exec.Command("id").
package main

import "fmt"

/*
import "os/exec"
import "C"
*/

// run would call syscall.Exec and unsafe.Pointer.
func run() string { return "fine" } // os.RemoveAll("/")

func main() { fmt.Println(run()) }
