package main

import (
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

func TestCensusCountsProcesses(t *testing.T) {
	entries, err := os.ReadDir("/proc")
	must(t, err)
	want := 0
	for _, e := range entries {
		if c := e.Name()[0]; '0' <= c && c <= '9' {
			want++
		}
	}
	c := openCensus()
	for range 3 { // the directory is read from its beginning each time
		// Processes come and go on a busy machine.
		if got := c.count() + 1; got < want*8/10-5 || got > want*12/10+5 {
			t.Errorf("%d processes, want about %d", got, want)
		}
	}
	if !slices.Contains(c.pids, os.Getpid()) || !slices.Contains(c.pids, 1) {
		t.Errorf("not among the processes: %v", c.pids)
	}
	if got := (&census{fd: -1}).count(); got != notRead {
		t.Errorf("%d without /proc", got)
	}
}

func TestSignalName(t *testing.T) {
	for s, want := range map[unix.Signal]string{1: "HUP", 6: "ABRT", 9: "KILL", 11: "SEGV", 15: "TERM", 32: "RTMIN+0", 64: "RTMIN+32"} {
		if got := signalName(s); got != want {
			t.Errorf("%d is %s", s, got)
		}
	}
}
