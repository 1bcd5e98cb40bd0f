package main

import (
	"fmt"
	"unicode/utf8"
)

func main() {
	größe := "naïve – Привет – 你好 – 🌍"
	fmt.Println(größe, utf8.RuneCountInString(größe))
}
