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

// program is the runner's end of the process that runs the job: three pipes, and until it executes a control socket.
type program struct {
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
func prepare() (*program, error) {
	p := new(program)
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

// tell gives the stage its job. The stage confines itself while the runner does other things.
func (p *program) tell(j *job) error {
	p.control.SetDeadline(time.Now().Add(confineBound))
	return send(p.control, spec{Dir: workspaceDir, Argv: j.Argv, Env: environment(j.Env), Tasks: j.Limits.Tasks})
}

// confined waits until the stage has given up everything, and says whether the system-call filter is in force.
func (p *program) confined() (seccomp bool, f *failure) {
	var r report
	if err := receive(p.control, &r); err != nil {
		return false, notStarted("confining its process", err)
	}
	if r.Doing != "" {
		return false, notStarted(r.Doing, r.Errno)
	}
	return r.Seccomp, nil
}

// start lets the stage execute the program, and returns when it has done so or failed to.
func (p *program) start() *failure {
	p.control.SetDeadline(time.Now().Add(confineBound))
	if _, err := p.control.Write([]byte{1}); err != nil {
		return notStarted("giving the word", err)
	}
	// The stage's end is close-on-exec: end of file is success.
	var r report
	err := receive(p.control, &r)
	p.control.Close()
	switch {
	case err == io.EOF:
		return nil
	case err != nil:
		return notStarted("executing it", err)
	}
	f := notStarted(r.Doing, r.Errno)
	switch r.Errno {
	case unix.ENOENT, unix.EACCES, unix.ENOEXEC, unix.ENOTDIR, unix.EISDIR, unix.ELOOP, unix.E2BIG, unix.ENAMETOOLONG:
		f.exit = exitBadJob // it would fail in every sandbox of this image
	}
	return f
}

// feed writes the program's standard input and closes it, for as long as anybody reads.
func (p *program) feed(input string) {
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
