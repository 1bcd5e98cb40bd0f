package main

import "os"

func main() {
	out, err := os.Create("fill")
	if err != nil {
		panic(err)
	}
	for {
		if _, err := out.Write(make([]byte, 1<<20)); err != nil {
			panic(err)
		}
	}
}
