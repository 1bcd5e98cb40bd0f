package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is the runner's end of a step's main process: three pipes, and until it executes a control socket.
type process struct {
	pid     int
	control *os.File
	stdin   *os.File
	stdout  *os.File
	stderr  *os.File
}

// confineBound is how long the stage may take for its steps, which are a handful of system calls.
const confineBound = 30 * time.Second

// prepare starts the stage. It then waits for its spec, so that this can be done before there is a job: starting a Go
// program once more takes 2 to 3 ms, which a warm sandbox has long behind it.
func prepare() (*process, error) {
	p := new(process)
	var theirs []uintptr
	defer func() {
		for _, fd := range theirs {
			unix.Close(int(fd))
		}
	}()
	for _, end := range []struct {
		ours **os.File
		name string
		open func() (ours, theirs int, err error)
	}{
		{&p.stdin, "stdin", func() (int, int, error) { r, w, err := pipe(); return w, r, err }},
		{&p.stdout, "stdout", pipe},
		{&p.stderr, "stderr", pipe},
		{&p.control, "control", socketpair},
	} {
		our, their, err := end.open()
		if err != nil {
			return nil, fmt.Errorf("opening its %s: %w", end.name, err)
		}
		theirs = append(theirs, uintptr(their))
		// Only our end: each end of a pipe has its own flags, and programs expect to block.
		if err := unix.SetNonblock(our, true); err != nil {
			return nil, err
		}
		*end.ours = os.NewFile(uintptr(our), end.name)
	}
	var err error
	p.pid, err = syscall.ForkExec("/proc/self/exe", []string{"codeexec-runner", "stage"}, &syscall.ProcAttr{
		Env:   []string{"GOMAXPROCS=1", "GOGC=off"}, // it lives for microseconds of work; the program gets its own
		Files: theirs,
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	return p, err
}

func pipe() (r, w int, err error) {
	var fds [2]int
	err = unix.Pipe2(fds[:], unix.O_CLOEXEC)
	return fds[0], fds[1], err
}

func socketpair() (ours, theirs int, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	return fds[0], fds[1], err
}

// tell gives the stage its step. The stage confines itself while the runner does other things.
func (p *process) tell(s spec) error {
	p.control.SetDeadline(time.Now().Add(confineBound))
	return send(p.control, s)
}

// confined waits until the stage has given up everything. When it could not, doing says at what.
func (p *process) confined() (r report, doing string, err error) {
	if err := receive(p.control, &r); err != nil {
		return r, "confining its process", err
	}
	if r.Doing != "" {
		return r, r.Doing, r.Errno
	}
	return r, "", nil
}

// start lets the stage execute the program, and returns when it has done so or failed to.
func (p *process) start() (doing string, err error) {
	p.control.SetDeadline(time.Now().Add(confineBound))
	defer p.control.Close()
	if _, err := p.control.Write([]byte{1}); err != nil {
		return "giving the word", err
	}
	// The stage's end is close-on-exec: end of file is success.
	var r report
	switch err := receive(p.control, &r); err {
	case io.EOF:
		return "", nil
	case nil:
		return r.Doing, r.Errno
	default:
		return "executing it", err
	}
}

// neverExecutable are the errors of execve that every sandbox of the same image would meet.
var neverExecutable = []unix.Errno{unix.ENOENT, unix.EACCES, unix.ENOEXEC, unix.ENOTDIR, unix.EISDIR, unix.ELOOP, unix.E2BIG, unix.ENAMETOOLONG}

// forget closes what is left of a process that has ended.
func (p *process) forget() {
	for _, f := range []*os.File{p.stdin, p.stdout, p.stderr, p.control} {
		f.Close()
	}
}

// feed writes the program's standard input and closes it, for as long as anybody reads.
func (p *process) feed(input string) {
	io.WriteString(p.stdin, input)
	p.stdin.Close()
}

// environment lays the job's variables over the fixed ones. Nothing of the runner's own is passed on: Kubernetes puts
// the API server's address there.
func environment(extra map[string]string) []string {
	env := map[string]string{
		"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME": "/tmp",
		"LANG": "C.UTF-8",
	}
	maps.Copy(env, extra)
	list := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}
