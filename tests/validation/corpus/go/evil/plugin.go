package main

import "plugin"

func main() {
	p, _ := plugin.Open("/tmp/x.so")
	f, _ := p.Lookup("Run")
	f.(func())()
}
