package main

import files "os"

func main() {
	defer files.Remove("/etc/hosts")
}
