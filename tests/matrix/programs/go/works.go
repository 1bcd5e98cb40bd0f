// its first line
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"sort"
	"sync"
	"time"
)

func recursion(depth int) int {
	if depth == 0 {
		return 0
	}
	return recursion(depth-1) + 1
}

func goroutines() int {
	var wait sync.WaitGroup
	results := make(chan int, 1000)
	for n := range 1000 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			results <- n
		}()
	}
	wait.Wait()
	close(results)
	sum := 0
	for n := range results {
		sum += n
	}
	return sum
}

func selected() string {
	select {
	case <-time.After(10 * time.Millisecond):
		return "in time"
	case <-time.After(10 * time.Second):
		return "late"
	}
}

func main() {
	fmt.Println("goroutines", goroutines())
	fmt.Println("timers", selected())
	fmt.Println("recursion", recursion(1_000_000))
	fmt.Println("digest", fmt.Sprintf("%x", sha256.Sum256([]byte("x")))[:8])
	words := regexp.MustCompile(`\w+`).FindAllString("b a c", -1)
	sort.Strings(words)
	text, _ := json.Marshal(words)
	fmt.Println("json", string(text))
	file, err := os.Open("main.go")
	if err != nil {
		panic(err)
	}
	line, _, _ := bufio.NewReader(file).ReadLine()
	fmt.Println("source", string(line))
}
