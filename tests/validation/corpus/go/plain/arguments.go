package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
)

var errRange = errors.New("out of range")

func primes(limit int) ([]int, error) {
	if limit < 0 || limit > 1e6 {
		return nil, fmt.Errorf("limit %d: %w", limit, errRange)
	}
	composite := make([]bool, limit+1)
	var found []int
	for i := 2; i <= limit; i++ {
		if composite[i] {
			continue
		}
		found = append(found, i)
		for j := i * i; j <= limit; j += i {
			composite[j] = true
		}
	}
	return found, nil
}

func main() {
	sum := flag.Bool("sum", false, "print the sum only")
	flag.Parse()
	limit := 50
	if flag.NArg() > 0 {
		n, err := strconv.Atoi(flag.Arg(0))
		if err != nil {
			fmt.Fprintln(os.Stderr, "not a number:", flag.Arg(0))
			os.Exit(2)
		}
		limit = n
	}
	found, err := primes(limit)
	if errors.Is(err, errRange) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if *sum {
		total := 0
		for _, p := range found {
			total += p
		}
		fmt.Println(total)
		return
	}
	fmt.Println(found)
}
