package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
)

// kept is what a reader can reconstruct of a stream: its head, its tail, and where the tail begins.
func (c *capture) kept() (head string, at int64, tail string) {
	offset, older, newer := c.tail()
	return string(c.headFrom(0)), offset, string(older) + string(newer)
}

// model says the same of everything that was written.
func model(all string, keep int) (head string, at int64, tail string) {
	h := min(keep/2, len(all))
	t := max(h, len(all)-(keep-keep/2))
	return all[:h], int64(t), all[t:]
}

func TestCaptureBoundaries(t *testing.T) {
	const alphabet = "abcdefghijklmnopqrstuvwxyz"
	for keep := range 12 {
		for total := range len(alphabet) + 1 {
			for step := 1; step <= total; step++ {
				c := newCapture("stdout", keep, func() {})
				for at := 0; at < total; at += step {
					c.Write([]byte(alphabet[at:min(at+step, total)]))
				}
				head, at, tail := c.kept()
				wantHead, wantAt, wantTail := model(alphabet[:total], keep)
				if head != wantHead || at != wantAt || tail != wantTail || c.bytes() != int64(total) {
					t.Fatalf("keep %d of %d by %d: %q %d %q, want %q %d %q", keep, total, step, head, at, tail, wantHead, wantAt, wantTail)
				}
			}
		}
	}
}

func FuzzCapture(f *testing.F) {
	f.Add("hello, world", 6, []byte{1, 2, 3})
	f.Add("", 0, []byte{})
	f.Add(strings.Repeat("0123456789", 50), 64, []byte{7, 200, 1})
	f.Fuzz(func(t *testing.T, all string, keep int, steps []byte) {
		if keep < 0 || keep > 1<<16 {
			return
		}
		c := newCapture("stdout", keep, func() {})
		seen := 0
		for rest := all; rest != ""; {
			n := len(rest)
			if len(steps) > 0 {
				n, steps = min(n, int(steps[0])+1), steps[1:]
			}
			c.Write([]byte(rest[:n]))
			rest = rest[n:]
			// What was read of the head earlier stays as it was.
			seen += len(c.headFrom(seen))
		}
		head, at, tail := c.kept()
		wantHead, wantAt, wantTail := model(all, keep)
		if head != wantHead || at != wantAt || tail != wantTail || seen != len(head) {
			t.Errorf("%q %d %q, want %q %d %q", head, at, tail, wantHead, wantAt, wantTail)
		}
	})
}

func TestCaptureTellsOfItsHeadOnly(t *testing.T) {
	told := 0
	c := newCapture("stdout", 8, func() { told++ })
	for range 100 {
		c.Write([]byte("xy"))
	}
	if told != 2 {
		t.Errorf("told %d times of a head of 4 bytes", told)
	}
}

func TestPumpEndsWithItsDeadlineAndLosesNothing(t *testing.T) {
	r, w, err := os.Pipe()
	must(t, err)
	defer w.Close() // somebody keeps it open
	c := newCapture("stdout", 1<<20, func() {})
	_, err = w.Write(bytes.Repeat([]byte("x"), 60_000))
	must(t, err)
	must(t, r.SetReadDeadline(time.Now()))
	c.pump(r)
	if c.bytes() != 60_000 {
		t.Errorf("%d bytes", c.bytes())
	}
}
