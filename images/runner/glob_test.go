package main

import (
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no string // paths, separated by spaces
	}{
		{"out.txt", "out.txt", "out.txt2 xout.txt a/out.txt out"},
		{"*.png", "a.png .png a.b.png", "a.pngx a/b.png png"},
		{"out/*", "out/a out/.b", "out a out/a/b"},
		{"?", "a ä .", "ab"},
		{"a?c", "abc aäc", "ac abbc a/c"},
		{"*a*b*", "ab xaybz aab abb", "ba a b"},
		{"*a", "a aa baa", "ab"},
		{"a*a", "aa aba", "a ab"},
		{"**", "a a/b a/b/c", ""},
		{"**/x", "x a/x a/b/x", "y x/y a/xx"},
		{"a/**", "a/b a/b/c", "b ab"},
		{"a/**/x", "a/x a/b/x a/b/c/x", "x b/x a/b"},
		{"**/a/**/b", "a/b x/a/y/b a/a/b a/b/b", "b/a a"},
		{"**/**/x", "x a/x a/b/x", "a"},
		{"a**b", "ab axb", "a/b"},
		{"[ab]", "[ab]", "a b"},
		{`\*`, `\x \*`, "*"},
	} {
		g := parseGlob(c.pattern)
		for _, p := range strings.Fields(c.yes) {
			if !g.matches(strings.Split(p, "/")) {
				t.Errorf("%s does not match %s", c.pattern, p)
			}
		}
		for _, p := range strings.Fields(c.no) {
			if g.matches(strings.Split(p, "/")) {
				t.Errorf("%s matches %s", c.pattern, p)
			}
		}
	}
}

func TestGlobReaches(t *testing.T) {
	for _, c := range []struct{ pattern, yes, no string }{
		{"out/*.png", "out", "src out/a"},
		{"*/x", "a b", "a/x"},
		{"**/x", "a a/b x", ""},
		{"a/**/b/c", "a a/x a/x/y a/b", "b x/a"},
		{"x", "", "x a"},
	} {
		g := parseGlob(c.pattern)
		for _, p := range strings.Fields(c.yes) {
			if !g.reaches(strings.Split(p, "/")) {
				t.Errorf("%s does not reach beneath %s", c.pattern, p)
			}
		}
		for _, p := range strings.Fields(c.no) {
			if g.reaches(strings.Split(p, "/")) {
				t.Errorf("%s reaches beneath %s", c.pattern, p)
			}
		}
	}
}

// A matcher that tried every star for itself would not come back from this.
func TestGlobIsBounded(t *testing.T) {
	if matchName(strings.Repeat("*a", 120)+"b", strings.Repeat("a", 255)) {
		t.Error("it matched")
	}
	if parseGlob(strings.Repeat("**/a/", 100) + "b").matches(strings.Split(strings.Repeat("a/", 500)+"a", "/")) {
		t.Error("it matched")
	}
}
