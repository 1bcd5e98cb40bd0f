package main

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](xs ...T) (total T) {
	for _, x := range xs {
		total += x
	}
	return
}

func Map[T, U any](xs []T, f func(T) U) []U {
	out := make([]U, 0, len(xs))
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type Tree[K cmp.Ordered] struct {
	left, right *Tree[K]
	key         K
}

func (t *Tree[K]) Add(k K) *Tree[K] {
	switch {
	case t == nil:
		return &Tree[K]{key: k}
	case k < t.key:
		t.left = t.left.Add(k)
	case k > t.key:
		t.right = t.right.Add(k)
	}
	return t
}

func (t *Tree[K]) All() iter.Seq[K] {
	return func(yield func(K) bool) { t.walk(yield) }
}

func (t *Tree[K]) walk(yield func(K) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t.key) && t.right.walk(yield)
}

func main() {
	var t *Tree[string]
	for _, w := range strings.Fields("the quick brown fox") {
		t = t.Add(w)
	}
	for w := range t.All() {
		fmt.Println(w)
	}
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2), Map([]int{1, 2}, func(n int) string { return strings.Repeat("x", n) }))
	fmt.Println(slices.Sorted(maps.Keys(map[string]int{"b": 1, "a": 2})))
}
