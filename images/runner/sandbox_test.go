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
	"sync/atomic"
	"syscall"
	"testing"

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
	Missing     []uint32          // system calls that this kernel does not have
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
		func() error {
			var f filter
			for _, nr := range b.Missing {
				f.onCall(nr, 1)
				f.op(answer, 0, 0, refuse(unix.ENOSYS))
			}
			f.op(answer, 0, 0, allow)
			return f.install()
		},
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
