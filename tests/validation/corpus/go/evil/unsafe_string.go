package main

import strings "unsafe"

func main() {
	text := "constant"
	strings.Slice(strings.StringData(text), len(text))[0] = 'C'
}
