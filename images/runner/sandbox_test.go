package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The end-to-end tests run the built runner the way a Pod does: as PID 1 of its own process, mount and network
// namespace, with a user of its own, no capabilities, no_new_privs, and a read-only root of the host's programs. The
// paths of the contract are the real ones; the runner has no switch for tests. They need root, to make the namespaces.

const boxEnv = "CODEEXEC_TEST_BOX"

var runnerBinary string

func TestMain(m *testing.M) {
	if plan := os.Getenv(boxEnv); plan != "" {
		if err := enterBox(plan); err != nil {
			fmt.Fprintln(os.Stderr, "entering the box:", err)
		}
		os.Exit(99)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "runner")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		if err := os.Chmod(dir, 0o755); err != nil {
			panic(err)
		}
		runnerBinary = filepath.Join(dir, "codeexec-runner")
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", runnerBinary, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v\n%s", err, out))
		}
		return m.Run()
	}())
}

// box is what a test may choose about its sandbox.
type box struct {
	Args        []string          // of the runner
	Env         []string          // of the runner
	Cgroup      map[string]string // directories that appear below /sys/fs/cgroup, by name; "" is all of it
	JoinCgroups []string          // cgroup.procs files to be a member of
	ReadOnlyLog bool              // the termination log cannot be written
	listen      bool              // something answers on the network until closeNetwork

	Runner, Root, Log string
	UID               int
}

// sandbox is a running box.
type sandbox struct {
	t        testing.TB
	cmd      *exec.Cmd
	stdin    io.WriteCloser
	stdout   io.ReadCloser
	lines    *bufio.Reader
	raw      bytes.Buffer
	stderr   bytes.Buffer
	uid      int
	log      string
	listener net.Listener
	accepted atomic.Int64
	record   record // as far as it was read
	exited   bool
}

var lastUID atomic.Int64

func start(t testing.TB, b box) *sandbox {
	t.Helper()
	dir := t.TempDir()
	b.Runner, b.Root, b.Log = runnerBinary, filepath.Join(dir, "root"), filepath.Join(dir, "log")
	// RLIMIT_NPROC counts per user, so no two boxes share one, nor do two test processes.
	b.UID = 100_000 + os.Getpid()*100 + int(lastUID.Add(1))
	must(t, os.Mkdir(b.Root, 0o755))
	must(t, os.WriteFile(b.Log, nil, 0o666))
	must(t, os.Chmod(b.Log, 0o666))
	plan, err := json.Marshal(b)
	must(t, err)

	s := &sandbox{t: t, uid: b.UID, log: b.Log, cmd: exec.Command("/proc/self/exe")}
	s.cmd.Env = []string{boxEnv + "=" + string(plan)}
	s.cmd.Stderr = &s.stderr
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWIPC}
	s.stdin, err = s.cmd.StdinPipe()
	must(t, err)
	s.stdout, err = s.cmd.StdoutPipe()
	must(t, err)
	s.lines = bufio.NewReaderSize(io.TeeReader(s.stdout, &s.raw), maxLineBytes)

	ready := make(chan error)
	go func() {
		// The thread gets a network namespace of its own, which the box inherits, and ends with the goroutine.
		runtime.LockOSThread()
		ready <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return fmt.Errorf("a network namespace (these tests need root): %w", err)
			}
			if err := loopbackUp(); err != nil {
				return err
			}
			if b.listen {
				if s.listener, err = net.Listen("tcp4", "127.0.0.1:443"); err != nil {
					return err
				}
			}
			return s.cmd.Start()
		}()
	}()
	must(t, <-ready)
	if s.listener != nil {
		go func() {
			for {
				c, err := s.listener.Accept()
				if err != nil {
					return
				}
				s.accepted.Add(1)
				c.Close()
			}
		}()
	}
	t.Cleanup(func() {
		s.closeNetwork()
		if !s.exited {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
		if t.Failed() {
			t.Logf("record:\n%.3000s", s.raw.String())
			t.Logf("stderr:\n%.3000s", s.stderr.String())
		}
	})
	return s
}

func (s *sandbox) closeNetwork() {
	if s.listener != nil {
		s.listener.Close()
	}
}

func loopbackUp() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	ifr.SetUint16(unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, ifr)
}

// enterBox runs in the new namespaces, as the process that becomes the runner.
func enterBox(plan string) error {
	var b box
	if err := json.Unmarshal([]byte(plan), &b); err != nil {
		return err
	}
	for _, procs := range b.JoinCgroups {
		if err := os.WriteFile(procs, []byte("0"), 0); err != nil {
			return err
		}
	}
	at := func(p string) string { return filepath.Join(b.Root, p) }
	mount := func(source, target, kind string, flags uintptr, data string) func() error {
		return func() error {
			if err := unix.Mount(source, target, kind, flags, data); err != nil {
				return fmt.Errorf("mount %s on %s: %w", source, target, err)
			}
			return nil
		}
	}
	steps := []func() error{
		mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		mount("root", b.Root, "tmpfs", 0, "mode=755"),
	}
	directory := func(p string) { steps = append(steps, func() error { return os.MkdirAll(at(p), 0o755) }) }
	emptyFile := func(p string) { steps = append(steps, func() error { return os.WriteFile(at(p), nil, 0o755) }) }
	bind := func(source, p string) { steps = append(steps, mount(source, at(p), "", unix.MS_BIND|unix.MS_REC, "")) }
	for _, p := range []string{"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc"} {
		if target, err := os.Readlink(p); err == nil {
			steps = append(steps, func() error { return os.Symlink(target, at(p)) })
		} else if _, err := os.Stat(p); err == nil {
			directory(p)
			bind(p, p)
		}
	}
	directory("/dev")
	for _, p := range []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/urandom", "/dev/random"} {
		emptyFile(p)
		bind(p, p)
	}
	emptyFile("/dev/termination-log")
	bind(b.Log, "/dev/termination-log")
	if b.ReadOnlyLog {
		steps = append(steps, mount("none", at("/dev/termination-log"), "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, ""))
	}
	emptyFile("/runner")
	bind(b.Runner, "/runner")
	directory("/sys/fs/cgroup")
	for name, source := range b.Cgroup {
		directory(filepath.Join("/sys/fs/cgroup", name))
		bind(source, filepath.Join("/sys/fs/cgroup", name))
	}
	for _, p := range []string{"/tmp", "/workspace", "/dev/shm"} {
		directory(p)
		steps = append(steps, mount("tmpfs", at(p), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777,size=64m"))
	}
	directory("/proc")
	steps = append(steps,
		mount("proc", at("/proc"), "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""),
		mount("none", b.Root, "", unix.MS_REMOUNT|unix.MS_RDONLY, "mode=755"),
		func() error { return os.Chdir(b.Root) },
		func() error { return unix.PivotRoot(".", ".") },
		func() error { return unix.Unmount(".", unix.MNT_DETACH) },
		func() error { return os.Chdir("/") },
		func() error { return syscall.Setgroups(nil) },
		func() error { return syscall.Setgid(b.UID) },
		func() error { return syscall.Setuid(b.UID) },
		func() error { runtime.LockOSThread(); return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) },
		// A descriptor that a careless container runtime might leave open.
		func() error { return unix.Dup2(1, 9) },
		func() error { return unix.Exec("/runner", append([]string{"/runner"}, b.Args...), b.Env) },
	)
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

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
