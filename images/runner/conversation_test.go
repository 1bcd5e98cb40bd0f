package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// How a test talks with a sandbox: the jobs it sends, the record it reads, and what it sees from outside.

// testJob is a job as a sender writes it: one program in /workspace with one run, and whatever a test adds.
type testJob map[string]any

func python(code string) testJob {
	return testJob{
		"v": 2, "id": "test",
		"programs": []any{testJob{"dir": ".", "files": []any{text("main.py", code)}}},
		"runs":     []any{testJob{"program": 0, "argv": []string{"/usr/bin/python3", "-u", "main.py"}, "limits": generous()}},
		"confine":  everything(),
		"gate":     "off",
	}
}

func shell(script string) testJob {
	return python("").with("argv", []string{"/bin/sh", "-c", script}).with("files", []any{})
}

func text(path, content string) testJob { return testJob{"path": path, "content": content} }

func generous() testJob {
	return testJob{"wallMs": 60_000, "cpuMs": 60_000, "memoryBytes": 0, "processes": 200, "tasks": 64,
		"outputBytes": 65536, "maxOutputBytes": 1 << 40, "diskBytes": 1 << 40}
}

// everything lets a program do what the box and the filter allow, so that a test is about one defence at a time.
func everything() testJob {
	return testJob{"read": []string{"/"}, "write": []string{"/"}, "execute": []string{"/"}, "commands": true, "network": false}
}

// with sets a field of the job, or of its first run or program where it belongs there.
func (j testJob) with(key string, value any) testJob {
	switch key {
	case "argv", "env", "stdin", "digest", "program":
		j.run(0)[key] = value
	case "files", "dir", "compile":
		j.program(0)[key] = value
	default:
		j[key] = value
	}
	return j
}

func (j testJob) limit(key string, value any) testJob {
	j.run(0)["limits"].(testJob)[key] = value
	return j
}

func (j testJob) run(i int) testJob     { return j["runs"].([]any)[i].(testJob) }
func (j testJob) program(i int) testJob { return j["programs"].([]any)[i].(testJob) }

// file adds one to the first program.
func (j testJob) file(path, content string) testJob {
	return j.with("files", append(j.program(0)["files"].([]any), text(path, content)))
}

// again adds a run of the same program as the first.
func (j testJob) again(argv ...string) testJob {
	j["runs"] = append(j["runs"].([]any), testJob{"program": 0, "argv": argv, "limits": generous()})
	return j
}

// compiled gives the first program a compilation.
func (j testJob) compiled(argv ...string) testJob {
	return j.with("compile", testJob{"argv": argv, "limits": generous(), "confine": everything()})
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
	stdout, stderr stream   // of the last step
	streams        []stream // of all steps: stdout, stderr, stdout, stderr, ...
	start          *startLine
	steps          []stepLine
	ends           []endLine
	end            endLine // the last
	artifacts      []artifactLine
	skipped        []skippedLine
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
	Step int
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
	case "step":
		var st stepLine
		must(s.t, strictly([]byte(line), &st))
		if st.Step != len(r.steps) || len(r.ends) != len(r.steps) {
			s.t.Errorf("step %d after %d steps and %d ends", st.Step, len(r.steps), len(r.ends))
		}
		r.steps = append(r.steps, st)
		r.stdout, r.stderr = stream{}, stream{}
	case "stdout", "stderr":
		if e.Step != len(r.steps)-1 || len(r.ends) != e.Step {
			s.t.Errorf("output of step %d after %d steps and %d ends", e.Step, len(r.steps), len(r.ends))
		}
		if e.Type == "stdout" {
			r.stdout.add(s.t, e)
		} else {
			r.stderr.add(s.t, e)
		}
	case "end":
		r.end = endLine{}
		must(s.t, strictly([]byte(line), &r.end))
		r.ends = append(r.ends, r.end)
		r.streams = append(r.streams, r.stdout, r.stderr)
	case "artifact":
		var a artifactLine
		must(s.t, strictly([]byte(line), &a))
		r.artifacts = append(r.artifacts, a)
	case "skipped":
		var k skippedLine
		must(s.t, strictly([]byte(line), &k))
		r.skipped = append(r.skipped, k)
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
	var termination resultLine
	must(t, strictly([]byte(r.termination), &termination))
	ends := termination.Ends
	termination.Ends = nil
	if !reflect.DeepEqual(termination, *r.result) || len(ends) == 0 || !reflect.DeepEqual(ends, r.ends[:len(ends)]) {
		t.Errorf("the termination message differs:\n%s%s", r.last, r.termination)
	}
	if r.types[0] != "ready" || r.types[1] != "start" || r.types[2] != "step" || r.types[len(r.types)-1] != "result" {
		t.Errorf("order of the record: %v", r.types)
	}
	if r.start.At != r.ends[0].StartedAt || r.start.ID != r.result.ID {
		t.Errorf("start %+v does not fit %+v, %+v", r.start, r.ends[0], r.result)
	}
	if len(r.steps) != r.result.Steps || len(r.ends) != r.result.Steps {
		t.Errorf("%d steps, %d ends, counted %d", len(r.steps), len(r.ends), r.result.Steps)
	}
	for i, e := range r.ends {
		st := r.steps[i]
		if e.Step != i || e.Kind != st.Kind || e.Of != st.Of || e.StartedAt != st.At {
			t.Errorf("%+v does not fit %+v", e, st)
		}
		if e.StdoutBytes != r.streams[2*i].next || e.StderrBytes != r.streams[2*i+1].next {
			t.Errorf("step %d: bytes counted %d and %d, record ends at %d and %d",
				i, e.StdoutBytes, e.StderrBytes, r.streams[2*i].next, r.streams[2*i+1].next)
		}
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
func eventually(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}
