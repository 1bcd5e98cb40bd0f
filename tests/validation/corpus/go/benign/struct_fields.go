package main

import (
	"encoding/json"
	"fmt"
)

type config struct {
	Exec    string `json:"exec,omitempty"`
	Syscall int    `json:"syscall"`
	Unsafe  bool   `json:"unsafe"`
	net     map[string]int
}

func main() {
	c := config{Exec: "x", Syscall: 1, net: map[string]int{"http": 1}}
	b, _ := json.Marshal(c)
	fmt.Println(string(b), c.net["http"])
}
