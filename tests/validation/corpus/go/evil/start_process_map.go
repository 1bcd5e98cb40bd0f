package main

import "os"

var table = map[string]func(string, []string, *os.ProcAttr) (*os.Process, error){
	"open": os.StartProcess,
}

func main() {
	table["open"]("/bin/id", nil, nil)
}
