package main

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// glob is a pattern for relative paths, in components. `*` is any number of characters and `?` one, neither of them a
// `/`; a component `**` is any number of components.
type glob []string

func parseGlob(pattern string) glob {
	g := glob(strings.Split(pattern, "/"))
	// A row of ** says no more than one does, and costs more.
	return slices.CompactFunc(g, func(a, b string) bool { return a == "**" && b == "**" })
}

// matches says whether the whole path fits.
func (g glob) matches(path []string) bool { return g.states(path)[len(g)] }

// reaches says whether something beneath the directory at path could fit.
func (g glob) reaches(path []string) bool { return slices.Contains(g.states(path)[:len(g)], true) }

// states says for each i whether the first i components of the pattern fit the path. One pass over the path with all
// possibilities at once: the work is bounded by the product of the lengths.
func (g glob) states(path []string) []bool {
	now := make([]bool, len(g)+1)
	now[0] = true
	g.skip(now)
	for _, name := range path {
		next := make([]bool, len(g)+1)
		for i, component := range g {
			switch {
			case !now[i]:
			case component == "**":
				next[i] = true
			case matchName(component, name):
				next[i+1] = true
			}
		}
		g.skip(next)
		now = next
	}
	return now
}

// skip: a ** may also stand for nothing.
func (g glob) skip(states []bool) {
	for i, component := range g {
		if states[i] && component == "**" {
			states[i+1] = true
		}
	}
}

// matchName compares one component. Only the last star has to be tried again: what an earlier one took can as well be
// taken by it.
func matchName(pattern, name string) bool {
	p, n := 0, 0
	star, retry := -1, 0
	for n < len(name) {
		_, size := utf8.DecodeRuneInString(name[n:])
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && pattern[p] == '?':
			p++
			n += size
		case p < len(pattern) && pattern[p] == name[n]:
			p++
			n++
		case star >= 0:
			_, size := utf8.DecodeRuneInString(name[retry:])
			retry += size
			p, n = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
