package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRecordOfAStream(t *testing.T) {
	for _, size := range []int{0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 1_000_000} {
		for _, keep := range []int{0, 65536, 300_000, 4_000_000} {
			var out bytes.Buffer
			rec := newRecorder(&out)
			c := newCapture("stdout", keep, rec.nudge)
			must(t, <-rec.follow(0, []*capture{c}, startLine{Type: "start"}))
			all := strings.Repeat("0123456789", size/10+1)[:size]
			io.Copy(c, strings.NewReader(all))
			must(t, <-rec.end(errorLine{Type: "error"}))

			var s stream
			lines := strings.SplitAfter(out.String(), "\n")
			for _, line := range lines[1 : len(lines)-2] {
				var e event
				must(t, json.Unmarshal([]byte(line), &e))
				s.add(t, e)
				if len(line) > maxLineBytes {
					t.Errorf("a line of %d bytes", len(line))
				}
			}
			head, _, tail := model(all, keep)
			if s.data != head+tail {
				t.Errorf("%d bytes, keep %d: %d bytes in the record", size, keep, len(s.data))
			}
			if lines[len(lines)-2] != `{"type":"error","code":"","message":""}`+"\n" || lines[len(lines)-1] != "" {
				t.Errorf("the end: %q", lines[len(lines)-2:])
			}
		}
	}
}

// reader is somebody at the other end who takes a byte now and then, or nothing.
type reader struct{ pace chan struct{} }

func (r reader) Write(p []byte) (int, error) {
	<-r.pace
	return len(p), nil
}

func TestPatience(t *testing.T) {
	r := reader{make(chan struct{})}
	rec := newRecorder(r)
	c := newCapture("stdout", 10*chunkBytes, rec.nudge)
	done := rec.follow(0, []*capture{c}, startLine{})
	if err := rec.await(done, time.Millisecond); !errors.Is(err, errStalled) {
		t.Errorf("%v of a reader who takes nothing", err)
	}
	if err := <-rec.put(endLine{}); !errors.Is(err, errStalled) {
		t.Errorf("%v of a reader who was given up", err)
	}
	rec.gaveUp = false
	r.pace <- struct{}{}
	must(t, rec.await(done, time.Minute))
	c.Write(make([]byte, 10*chunkBytes))
	end := rec.end(errorLine{})
	close(r.pace) // takes all now
	must(t, rec.await(end, time.Minute))
}

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestReaderWhoHasGoneIsReported(t *testing.T) {
	rec := newRecorder(gone{})
	if err := <-rec.put(startLine{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
	if err := <-rec.end(errorLine{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// The longest verdict that can be still fits into a termination message, with its first end; of more steps, as many.
func TestLongestVerdict(t *testing.T) {
	const many = 1 << 62
	e := endLine{Type: "end", Step: 99, Kind: kindCompile, Of: 99, Cause: causeProcesses, ExitCode: 255, Signal: "RTMIN+30",
		StartedAt: timestamp(time.Now()), FinishedAt: timestamp(time.Now()), WallMs: 86_400_000.123, CPUMs: 86_400_000.123,
		PeakMemoryBytes: many, OOMKills: many, PeakProcesses: 1 << 22, DiskBytes: many, StdoutBytes: many, StderrBytes: many,
		StdoutSHA256: strings.Repeat("0", 64), TokensSHA256: strings.Repeat("0", 64), Message: clip(strings.Repeat("\"\\", 10_000))}
	r := resultLine{Type: "result", V: 2, ID: strings.Repeat("\"", maxIDBytes), Steps: 100, Network: networkUnknown,
		NetworkMs: 123456789.123, Seccomp: true, Landlock: 99, Cgroup: "none"}
	full := withEnds(r, []endLine{e, e, e})
	if n := len(appendJSON(nil, full)); n > maxTerminationBytes || len(full.Ends) != 1 {
		t.Errorf("%d bytes with %d ends", n, len(full.Ends))
	}
	short := e
	short.Message = ""
	for n := range 20 {
		full := withEnds(r, slices.Repeat([]endLine{short}, n))
		size, one := len(appendJSON(nil, full)), len(appendJSON(nil, short))
		if size > maxTerminationBytes || len(full.Ends) < n && size+one <= maxTerminationBytes {
			t.Errorf("%d bytes with %d of %d ends", size, len(full.Ends), n)
		}
	}
	f := &failure{exitBadJob, strings.Repeat("\x01\xff\u2028", 10_000)}
	if n := len(appendJSON(nil, f.line())); n > maxTerminationBytes {
		t.Errorf("%d bytes", n)
	}
}
