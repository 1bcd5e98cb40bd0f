package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// These tests drive the stage without the runner, to see what confinement does by itself: PID 1 of the box is this test
// binary. It leaves open all that the runner keeps shut (it can be looked into, and it takes every signal), so that what
// a step cannot reach is kept from it by the stage alone. The stage is that of the built runner.

const driverEnv = "CODEEXEC_TEST_DRIVER"

func init() {
	if os.Getenv(driverEnv) != "" {
		if err := drive(); err != nil {
			fmt.Fprintln(os.Stderr, "driving the stage:", err)
			os.Exit(98)
		}
		os.Exit(0)
	}
}

// trial is one process tree under the stage, and what lies around it.
type trial struct {
	Spec  spec
	Files map[string]string // by absolute path, made before; contents staticProgram: a program. Directories 0755
	Links map[string]string // symbolic links, by absolute path
}

const staticProgram = "a static Go program"

// trialResult is what became of it.
type trialResult struct {
	Confined report  // before the word
	Failed   *report // after it
	Status   syscall.WaitStatus
	Stdout   string
	Stderr   string
	Signals  []int         // that reached PID 1
	Accepted int           // what came in on the abstract sockets of PID 1
	Confine  time.Duration // from the spec to the report
	Execute  time.Duration // from the word to the program
	accepted int           // connections on 127.0.0.1:443
}

const stageBinaryFD = 3

// drive is PID 1 of the box.
func drive() error {
	var s trial
	if err := json.NewDecoder(os.Stdin).Decode(&s); err != nil {
		return err
	}
	var o trialResult
	arrived := make(chan os.Signal, 1000)
	signal.Notify(arrived)
	var accepted atomic.Int64
	outside, err := net.Listen("unix", "@outside")
	if err != nil {
		return err
	}
	datagrams, err := net.ListenPacket("unixgram", "@datagrams")
	if err != nil {
		return err
	}
	go func() {
		for {
			if _, _, err := datagrams.ReadFrom(make([]byte, 10)); err != nil {
				return
			}
			accepted.Add(1)
		}
	}()
	go func() {
		for {
			c, err := outside.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			c.Close()
		}
	}()
	binary, err := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", stageBinaryFD))
	if err != nil {
		return err
	}
	for path, content := range s.Files {
		os.MkdirAll(filepath.Dir(path), 0o755)
		mode := os.FileMode(0o644)
		body := []byte(content)
		if content == staticProgram {
			body, mode = binary, 0o755
		}
		if err := os.WriteFile(path, body, mode); err != nil {
			return err
		}
	}
	for path, target := range s.Links {
		if err := os.Symlink(target, path); err != nil {
			return err
		}
	}
	os.MkdirAll(s.Spec.Dir, 0o755)

	var files []uintptr
	var outputs [2]bytes.Buffer
	var copied sync.WaitGroup
	null, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	files = append(files, uintptr(null))
	for i := range outputs {
		r, w, err := pipe()
		if err != nil {
			return err
		}
		files = append(files, uintptr(w))
		copied.Go(func() { io.Copy(&outputs[i], os.NewFile(uintptr(r), "output")) })
	}
	ours, theirs, err := socketpair()
	if err != nil {
		return err
	}
	files = append(files, uintptr(theirs))
	control := os.NewFile(uintptr(ours), "control")
	pid, err := syscall.ForkExec(fmt.Sprintf("/proc/1/fd/%d", stageBinaryFD), []string{"codeexec-runner", "stage"}, &syscall.ProcAttr{
		Env: []string{"GOMAXPROCS=1", "GOGC=off"}, Files: files, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return err
	}
	for _, fd := range files {
		unix.Close(int(fd))
	}
	time.Sleep(10 * time.Millisecond) // warm
	began := time.Now()
	if err := send(control, s.Spec); err != nil {
		return err
	}
	if err := receive(control, &o.Confined); err != nil {
		return err
	}
	o.Confine = time.Since(began)
	if o.Confined.Doing == "" {
		began = time.Now()
		if _, err := control.Write([]byte{1}); err != nil {
			return err
		}
		var failed report
		if err := receive(control, &failed); err == nil {
			o.Failed = &failed
		} else if !errors.Is(err, io.EOF) {
			return err
		}
		o.Execute = time.Since(began)
	}
	// SIGKILL for whoever is left, when the main process has ended.
	if _, err := unix.Wait4(pid, (*unix.WaitStatus)(&o.Status), 0, nil); err != nil {
		return err
	}
	unix.Kill(-1, unix.SIGKILL)
	copied.Wait()
	o.Stdout, o.Stderr = outputs[0].String(), outputs[1].String()
	signal.Stop(arrived)
	close(arrived)
	for s := range arrived {
		if n := s.(syscall.Signal); n != syscall.SIGCHLD && n != syscall.SIGURG {
			o.Signals = append(o.Signals, int(n))
		}
	}
	o.Accepted = int(accepted.Load())
	return json.NewEncoder(os.Stdout).Encode(o)
}

// try runs a step in a box of its own.
func try(t testing.TB, s trial) trialResult {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	must(t, err)
	b := box{Runner: self, Root: filepath.Join(dir, "root"), Log: filepath.Join(dir, "log"), Env: []string{driverEnv + "=1"}}
	b.UID = 100_000 + os.Getpid()*100 + int(lastUID.Add(1))
	must(t, os.Mkdir(b.Root, 0o755))
	must(t, os.WriteFile(b.Log, nil, 0o666))
	must(t, os.Chmod(b.Log, 0o666))
	plan, err := json.Marshal(b)
	must(t, err)
	if s.Spec.Dir == "" {
		s.Spec.Dir = workspaceDir
	}
	if s.Spec.Tasks == 0 {
		s.Spec.Tasks = 100
	}
	s.Spec.Env = append([]string{"PATH=/usr/bin:/bin", "HOME=/tmp"}, s.Spec.Env...)
	input, err := json.Marshal(s)
	must(t, err)

	binary, err := os.Open(runnerBinary)
	must(t, err)
	defer binary.Close()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{boxEnv + "=" + string(plan)}
	cmd.Stdin = bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.ExtraFiles = []*os.File{binary} // stageBinaryFD
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWNS | unix.CLONE_NEWIPC}
	var listener net.Listener
	var accepted atomic.Int64
	ready := make(chan error)
	go func() {
		runtime.LockOSThread() // for the network namespace; the thread ends with the goroutine
		ready <- func() error {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return err
			}
			if err := loopbackUp(); err != nil {
				return err
			}
			if listener, err = net.Listen("tcp4", "127.0.0.1:443"); err != nil {
				return err
			}
			return cmd.Start()
		}()
	}()
	must(t, <-ready)
	defer listener.Close()
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			c.Close()
		}
	}()
	killer := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer killer.Stop()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, stdout.String(), stderr.String())
	}
	var o trialResult
	if err := json.Unmarshal(stdout.Bytes(), &o); err != nil {
		t.Fatalf("%v\n%s\n%s", err, stdout.String(), stderr.String())
	}
	o.accepted = int(accepted.Load())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%+v", o)
		}
	})
	return o
}

// kernelLandlock is the ABI version of this machine's kernel, 0 for none.
func kernelLandlock() int {
	abi, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if e != 0 {
		return 0
	}
	return int(abi)
}

// pythonNeeds is what the interpreter of this machine reads.
var pythonNeeds = []string{"/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "main.py"}

// pythonTrial is a Python program with nothing but the right to be read.
func pythonTrial(code string) trial {
	return trial{
		Spec:  spec{Argv: []string{"/usr/bin/python3", "-I", "main.py"}, Confine: confine{Read: pythonNeeds}},
		Files: map[string]string{workspaceDir + "/main.py": code},
	}
}

const attempts = `
import ctypes, errno, json, os, resource, signal, socket, stat, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
got = {}
def attempt(name, f, *args, **more):
    try:
        f(*args, **more)
        got[name] = "ok"
    except OSError as e: got[name] = errno.errorcode[e.errno]
def call(name, *args):
    ctypes.set_errno(0)
    r = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    got[name] = "ok" if r >= 0 else errno.errorcode[ctypes.get_errno()]
    return r
def opened(path, flags, mode=0o644): os.close(os.open(path, flags, mode))
def child(name, f):
    "f in a process of its own; it tells an errno, or executes something"
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try: f(); os._exit(0)
        except OSError as e: os._exit(e.errno or 199)
        finally: os._exit(198)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    got[name] = "ok" if code == 0 else errno.errorcode.get(code, str(code))
`

// attempted runs a Python step that fills got by the functions of attempts, and compares. What want does not name must
// have ended as want["*"].
func attempted(t *testing.T, s trial, want map[string]string) trialResult {
	t.Helper()
	main := workspaceDir + "/main.py"
	s.Files[main] = attempts + s.Files[main] + "\nprint(json.dumps(got))\n"
	o := try(t, s)
	o.mustBeConfined(t)
	var got map[string]string
	lines := strings.Split(strings.TrimSpace(o.Stdout), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	for name, have := range got {
		expected, named := want[name]
		if !named {
			expected = want["*"]
		}
		if have != expected {
			t.Errorf("%s: %q, want %q", name, have, expected)
		}
	}
	for name := range want {
		if _, tried := got[name]; !tried && name != "*" {
			t.Errorf("%s was not tried", name)
		}
	}
	return o
}

func (o trialResult) mustBeConfined(t testing.TB) {
	t.Helper()
	if o.Confined.Doing != "" || !o.Confined.Seccomp || o.Confined.Landlock != kernelLandlock() {
		t.Fatalf("%+v on a kernel with Landlock %d", o.Confined, kernelLandlock())
	}
}

func (o trialResult) mustPrint(t testing.TB, stdout string) {
	t.Helper()
	o.mustBeConfined(t)
	if o.Failed != nil || o.Status != 0 || o.Stdout != stdout {
		t.Fatalf("%+v, want %q", o, stdout)
	}
}
