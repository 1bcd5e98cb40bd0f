package main

import "\x6fs\u002f\145xec"

func main() {
	exec.Command("id").Run()
}
