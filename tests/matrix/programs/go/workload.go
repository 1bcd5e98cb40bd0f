package main

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"time"
)

const megabyte = 1 << 20

var kept [][]byte

func burn(rounds int) {
	n := 0
	for range rounds {
		n++
		runtime.KeepAlive(&n)
	}
}

func threads(count, rounds int) {
	var wait sync.WaitGroup
	for range count {
		wait.Add(1)
		go func() {
			defer wait.Done()
			burn(rounds)
		}()
	}
	wait.Wait()
}

func touch(megabytes int) {
	kept = append(kept, bytes.Repeat([]byte("x"), megabytes*megabyte))
}

func files(megabytes int) {
	out, err := os.Create("written")
	if err != nil {
		panic(err)
	}
	for range megabytes {
		if _, err := out.Write(make([]byte, megabyte)); err != nil {
			panic(err)
		}
	}
}

func children(count int) {
	var wait sync.WaitGroup
	for range count {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if err := exec.Command("sh", "-c", "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done").Run(); err != nil {
				panic(err)
			}
		}()
	}
	wait.Wait()
}

func main() {
	switch os.Args[1] {
	case "burn":
		burn(3_000_000_000)
	case "threads":
		threads(4, 500_000_000)
	case "touch":
		megabytes, _ := strconv.Atoi(os.Args[2])
		touch(megabytes)
	case "children":
		children(4)
	case "mixed":
		touch(60)
		threads(2, 400_000_000)
		files(20)
	case "files":
		files(40)
	}
	time.Sleep(600 * time.Millisecond)
	runtime.KeepAlive(kept)
}
