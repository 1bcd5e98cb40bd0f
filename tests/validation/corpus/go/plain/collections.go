package main

import (
	"container/heap"
	"container/list"
	"fmt"
)

type edge struct {
	to   string
	cost int
}

type queue []edge

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].cost < q[j].cost }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(edge)) }
func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	*q = old[:len(old)-1]
	return e
}

func cheapest(g map[string][]edge, from, to string) (int, bool) {
	q := &queue{{from, 0}}
	done := map[string]struct{}{}
	for q.Len() > 0 {
		e := heap.Pop(q).(edge)
		if e.to == to {
			return e.cost, true
		}
		if _, ok := done[e.to]; ok {
			continue
		}
		done[e.to] = struct{}{}
		for _, n := range g[e.to] {
			heap.Push(q, edge{n.to, e.cost + n.cost})
		}
	}
	return 0, false
}

func main() {
	g := map[string][]edge{"a": {{"b", 2}, {"c", 5}}, "b": {{"c", 2}}}
	fmt.Println(cheapest(g, "a", "c"))
	l := list.New()
	l.PushBack(1)
	l.PushFront(0)
	for e := l.Front(); e != nil; e = e.Next() {
		switch v := e.Value.(type) {
		case int:
			fmt.Println("int", v)
		default:
			fmt.Printf("%T\n", v)
		}
	}
}
