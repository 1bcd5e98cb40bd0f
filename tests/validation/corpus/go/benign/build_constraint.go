//go:build linux || darwin || windows

package main

import "fmt"

func main() { fmt.Println("os/exec") }
