package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How a test talks with a sandbox: the jobs it sends, the record it reads, and what it sees from outside.

// testJob is a job as a sender writes it.
type testJob map[string]any

func python(code string) testJob {
	return testJob{
		"v": 1, "id": "test", "argv": []string{"/usr/bin/python3", "-u", "main.py"},
		"files":  []map[string]string{{"path": "main.py", "content": code}},
		"limits": map[string]any{"wallMs": 60_000, "outputBytes": 65536, "tasks": 64},
		"gate":   "off",
	}
}

func shell(script string) testJob {
	return python("").with("argv", []string{"/bin/sh", "-c", script}).with("files", []map[string]string{})
}

func (j testJob) with(key string, value any) testJob {
	j[key] = value
	return j
}

func (j testJob) limit(key string, value any) testJob {
	j["limits"].(map[string]any)[key] = value
	return j
}

func (j testJob) line() string {
	b, err := json.Marshal(j)
	if err != nil {
		panic(err)
	}
	return string(b) + "\n"
}

// record is a finished run as a reader of the stream sees it.
type record struct {
	exit           int
	state          *os.ProcessState
	types          []string // in order, runs of the same type once
	stdout, stderr stream
	start          *startLine
	result         *resultLine
	err            *errorLine
	termination    string // what the kubelet finds
	last           string // the last line of the stream
}

type stream struct {
	data string // of all chunks
	gaps []int64
	next int64
}

func (s *sandbox) send(text string) {
	s.t.Helper()
	_, err := io.WriteString(s.stdin, text)
	must(s.t, err)
}

// event is any line of the record.
type event struct {
	Type string
	At   json.RawMessage
	Data []byte
}

func (s *sandbox) next() (e event, ok bool) {
	s.t.Helper()
	line, err := s.lines.ReadString('\n')
	if err == io.EOF && line == "" {
		return event{}, false
	}
	must(s.t, err)
	if len(line) > maxLineBytes {
		s.t.Fatalf("a line of %d bytes", len(line))
	}
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		s.t.Fatalf("not a line of the record: %v: %.200q", err, line)
	}
	r := &s.record
	if len(r.types) == 0 || r.types[len(r.types)-1] != e.Type {
		r.types = append(r.types, e.Type)
	}
	r.last = line
	switch e.Type {
	case "ready":
	case "start":
		r.start = new(startLine)
		must(s.t, strictly([]byte(line), r.start))
	case "stdout":
		r.stdout.add(s.t, e)
	case "stderr":
		r.stderr.add(s.t, e)
	case "result":
		r.result = new(resultLine)
		must(s.t, strictly([]byte(line), r.result))
	case "error":
		r.err = new(errorLine)
		must(s.t, strictly([]byte(line), r.err))
	default:
		s.t.Fatalf("unknown line %.200q", line)
	}
	return e, true
}

// until reads the record up to a line that the condition accepts.
func (s *sandbox) until(accept func(event) bool) {
	s.t.Helper()
	for {
		e, ok := s.next()
		if !ok {
			s.t.Fatal("the record ended early")
		}
		if accept(e) {
			return
		}
	}
}

// finish reads the record to its end and waits for the runner's exit.
func (s *sandbox) finish() record {
	s.t.Helper()
	for ok := true; ok; {
		_, ok = s.next()
	}
	s.exited = true
	if err := s.cmd.Wait(); err != nil {
		if _, ok := err.(*exec.ExitError); !ok {
			s.t.Fatal(err)
		}
	}
	s.record.state, s.record.exit = s.cmd.ProcessState, s.cmd.ProcessState.ExitCode()
	s.record.termination = s.termination()
	return s.record
}

func (st *stream) add(t testing.TB, e event) {
	t.Helper()
	at, err := strconv.ParseInt(string(e.At), 10, 64)
	must(t, err)
	if at < st.next {
		t.Fatalf("a chunk at %d after %d bytes", at, st.next)
	}
	if at > st.next {
		st.gaps = append(st.gaps, st.next, at)
	}
	st.data += string(e.Data)
	st.next = at + int64(len(e.Data))
}

func strictly(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// run is a whole life of a sandbox with one job.
func run(t *testing.T, b box, j testJob) record {
	t.Helper()
	s := start(t, b)
	s.send(j.line())
	return s.finish()
}

// verdict runs a job that has to end with a result, and checks what holds for all of them.
func verdict(t *testing.T, j testJob) record {
	t.Helper()
	return checked(t, run(t, box{}, j))
}

func checked(t *testing.T, r record) record {
	t.Helper()
	if r.result == nil || r.exit != exitReported {
		t.Fatalf("no result: %v, error %+v", r.state, r.err)
	}
	if r.last != r.termination {
		t.Errorf("the termination message differs:\n%s%s", r.last, r.termination)
	}
	if r.types[0] != "ready" || r.types[1] != "start" || r.types[len(r.types)-1] != "result" {
		t.Errorf("order of the record: %v", r.types)
	}
	if r.start.At != r.result.StartedAt || r.start.ID != r.result.ID {
		t.Errorf("start %+v does not fit result %+v", r.start, r.result)
	}
	if r.result.StdoutBytes != r.stdout.next || r.result.StderrBytes != r.stderr.next {
		t.Errorf("bytes counted %d and %d, record ends at %d and %d",
			r.result.StdoutBytes, r.result.StderrBytes, r.stdout.next, r.stderr.next)
	}
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// processes counts what runs as the sandbox's user, the runner included and the dead not.
func (s *sandbox) processes() int {
	s.t.Helper()
	entries, err := os.ReadDir("/proc")
	must(s.t, err)
	n := 0
	for _, e := range entries {
		status, err := os.ReadFile(filepath.Join("/proc", e.Name(), "status"))
		if err == nil && bytes.Contains(status, fmt.Appendf(nil, "\nUid:\t%d\t", s.uid)) && !bytes.Contains(status, []byte("\nState:\tZ")) {
			n++
		}
	}
	return n
}

// touch makes a file in the workspace: the sign that a program waits for.
func (s *sandbox) touch(name string) {
	s.t.Helper()
	must(s.t, os.WriteFile(fmt.Sprintf("/proc/%d/root/workspace/%s", s.cmd.Process.Pid, name), nil, 0o644))
}

// peakMemory is what the runner itself has taken at most, in kB.
func (s *sandbox) peakMemory() (kB int) {
	s.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	must(s.t, err)
	for line := range strings.Lines(string(status)) {
		fmt.Sscanf(line, "VmHWM: %d kB", &kB)
	}
	if kB == 0 {
		s.t.Fatal("no VmHWM")
	}
	return kB
}

func (s *sandbox) termination() string {
	s.t.Helper()
	b, err := os.ReadFile(s.log)
	must(s.t, err)
	return string(b)
}

// eventually waits for a condition of the world outside the sandbox.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}
