package main

import "bytes"

func main() {
	var taken [][]byte
	for {
		taken = append(taken, bytes.Repeat([]byte("x"), 4<<20))
	}
}
