package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println("asleep")
	time.Sleep(time.Minute)
}
