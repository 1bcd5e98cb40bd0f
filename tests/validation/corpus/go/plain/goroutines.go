package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func produce(ctx context.Context, n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			select {
			case out <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		total atomic.Int64
		seen  = map[int]bool{}
	)
	in := produce(ctx, 20)
	for w := 0; w < 4; w++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range in {
				total.Add(int64(n))
				mu.Lock()
				seen[n] = true
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	fmt.Println(total.Load(), len(seen))
	defer func() { fmt.Println("recovered:", recover()) }()
	panic("done")
}
