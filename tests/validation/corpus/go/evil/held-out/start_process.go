package main

import "os"

func main() {
	os.StartProcess("/bin/id", []string{"id"}, &os.ProcAttr{})
}
