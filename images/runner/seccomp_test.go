package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// simulate runs the filter the way the kernel does, on the system call's number, architecture and arguments.
func (f filter) simulate(t *testing.T, arch, nr uint32, args ...uint64) uint32 {
	t.Helper()
	data := map[uint32]uint32{offsetNr: nr, offsetArch: arch}
	for i := range 6 {
		var a uint64
		if i < len(args) {
			a = args[i]
		}
		data[offsetArg(i)], data[offsetArg(i)+4] = uint32(a), uint32(a>>32)
	}
	var acc, x uint32
	var memory [16]uint32
	for pc := 0; pc < len(f); pc++ {
		in := f[pc]
		jump := func(taken bool) {
			if taken {
				pc += int(in.Jt)
			} else {
				pc += int(in.Jf)
			}
		}
		switch in.Code {
		case load:
			v, ok := data[in.K]
			if !ok {
				t.Fatalf("load of offset %d", in.K)
			}
			acc = v
		case ifEq:
			jump(acc == in.K)
		case ifGe:
			jump(acc >= in.K)
		case ifAny:
			jump(acc&in.K != 0)
		case and:
			acc &= in.K
		case xor:
			acc ^= in.K
		case orX:
			acc |= x
		case number:
			acc = in.K
		case store:
			memory[in.K] = acc
		case recall:
			x = memory[in.K]
		case answer:
			return in.K
		default:
			t.Fatalf("unknown instruction %#x", in.Code)
		}
	}
	t.Fatal("the filter ends without an answer")
	return 0
}

func TestFilter(t *testing.T) {
	const high = 1 << 32
	const negative = ^uint64(0)
	f := commonFilter()
	for _, c := range []struct {
		name string
		nr   uint32
		args []uint64
		want unix.Errno // 0: allowed
	}{
		{"read", unix.SYS_READ, nil, 0},
		{"execve", unix.SYS_EXECVE, nil, 0},
		{"kill", unix.SYS_KILL, []uint64{1, 9}, 0},
		{"pidfd_open", unix.SYS_PIDFD_OPEN, nil, 0},
		{"seccomp", unix.SYS_SECCOMP, nil, 0},
		{"landlock", unix.SYS_LANDLOCK_CREATE_RULESET, nil, 0},
		{"newest known call", firstUnknownCall - 3, nil, 0},
		{"newer than known", firstUnknownCall, nil, unix.ENOSYS},
		{"x32 getpid", 0x40000000 | 39, nil, unix.ENOSYS},
		{"no call at all", 0xffffffff, nil, unix.ENOSYS},

		{"unix socket", unix.SYS_SOCKET, []uint64{unix.AF_UNIX, unix.SOCK_STREAM}, 0},
		{"unix socket, high bits", unix.SYS_SOCKET, []uint64{high | unix.AF_UNIX}, 0},
		{"inet socket", unix.SYS_SOCKET, []uint64{unix.AF_INET, unix.SOCK_STREAM | unix.SOCK_CLOEXEC}, 0},
		{"udp socket", unix.SYS_SOCKET, []uint64{unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_UDP}, 0},
		{"tcp6 socket", unix.SYS_SOCKET, []uint64{unix.AF_INET6, unix.SOCK_STREAM | unix.SOCK_NONBLOCK, unix.IPPROTO_TCP}, 0},
		{"ping socket", unix.SYS_SOCKET, []uint64{unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_ICMP}, unix.EPROTONOSUPPORT},
		{"multipath", unix.SYS_SOCKET, []uint64{unix.AF_INET6, unix.SOCK_STREAM, unix.IPPROTO_MPTCP}, unix.EPROTONOSUPPORT},
		{"sctp", unix.SYS_SOCKET, []uint64{unix.AF_INET, unix.SOCK_SEQPACKET}, unix.EACCES},
		{"raw socket", unix.SYS_SOCKET, []uint64{unix.AF_INET, high | unix.SOCK_RAW, unix.IPPROTO_TCP}, unix.EACCES},
		{"netlink socket", unix.SYS_SOCKET, []uint64{unix.AF_NETLINK}, unix.EACCES},
		{"vsock socket", unix.SYS_SOCKET, []uint64{unix.AF_VSOCK}, unix.EACCES},
		{"family 0", unix.SYS_SOCKET, []uint64{0}, unix.EACCES},
		{"unix pair", unix.SYS_SOCKETPAIR, []uint64{unix.AF_UNIX}, 0},
		{"other pair", unix.SYS_SOCKETPAIR, []uint64{unix.AF_INET}, unix.EACCES},

		{"thread", unix.SYS_CLONE, []uint64{unix.CLONE_VM | unix.CLONE_THREAD | unix.CLONE_SIGHAND | unix.CLONE_FS}, 0},
		{"fork", unix.SYS_CLONE, []uint64{uint64(unix.SIGCHLD)}, 0},
		{"user namespace", unix.SYS_CLONE, []uint64{unix.CLONE_NEWUSER | uint64(unix.SIGCHLD)}, unix.EPERM},
		{"mount namespace", unix.SYS_CLONE, []uint64{unix.CLONE_NEWNS}, unix.EPERM},
		{"cgroup namespace", unix.SYS_CLONE, []uint64{unix.CLONE_NEWCGROUP}, unix.EPERM},
		{"clone3", unix.SYS_CLONE3, nil, unix.ENOSYS},
		{"unshare", unix.SYS_UNSHARE, []uint64{unix.CLONE_NEWUSER}, unix.EPERM},

		{"own limits", unix.SYS_PRLIMIT64, []uint64{0, unix.RLIMIT_CORE}, 0},
		{"own limits, high bits", unix.SYS_PRLIMIT64, []uint64{high, unix.RLIMIT_CORE}, 0},
		{"the runner's limits", unix.SYS_PRLIMIT64, []uint64{1, unix.RLIMIT_NOFILE}, unix.EPERM},
		{"the runner's processors", unix.SYS_SCHED_SETAFFINITY, []uint64{1}, unix.EPERM},
		{"the runner's scheduler", unix.SYS_SCHED_SETSCHEDULER, []uint64{1}, unix.EPERM},
		{"the runner's parameters", unix.SYS_SCHED_SETPARAM, []uint64{1}, unix.EPERM},
		{"the runner's attributes", unix.SYS_SCHED_SETATTR, []uint64{1}, unix.EPERM},
		{"own priority", unix.SYS_SETPRIORITY, []uint64{unix.PRIO_PROCESS, 0, 19}, 0},
		{"the runner's priority", unix.SYS_SETPRIORITY, []uint64{unix.PRIO_PROCESS, 1, 19}, unix.EPERM},
		{"a group's priority", unix.SYS_SETPRIORITY, []uint64{unix.PRIO_PGRP, 0, 19}, unix.EPERM},
		{"the user's priority", unix.SYS_SETPRIORITY, []uint64{unix.PRIO_USER, 0, 19}, unix.EPERM},
		{"own I/O priority", unix.SYS_IOPRIO_SET, []uint64{ioprioWhoProcess, 0}, 0},
		{"the runner's I/O priority", unix.SYS_IOPRIO_SET, []uint64{ioprioWhoProcess, 1}, unix.EPERM},
		{"the user's I/O priority", unix.SYS_IOPRIO_SET, []uint64{3, 0}, unix.EPERM},

		{"PR_SET_MM", unix.SYS_PRCTL, []uint64{unix.PR_SET_MM, 1}, unix.EPERM},
		{"a core for oneself", unix.SYS_PRCTL, []uint64{high | unix.PR_SCHED_CORE, 1}, unix.EPERM},
		{"a thread's name", unix.SYS_PRCTL, []uint64{unix.PR_SET_NAME}, 0},
		{"personality asked", unix.SYS_PERSONALITY, []uint64{0xffffffff}, 0},
		{"personality of Linux", unix.SYS_PERSONALITY, []uint64{0}, 0},
		{"READ_IMPLIES_EXEC", unix.SYS_PERSONALITY, []uint64{0x400000}, unix.EPERM},
		{"ADDR_NO_RANDOMIZE", unix.SYS_PERSONALITY, []uint64{0x40000}, unix.EPERM},

		{"terminal size", unix.SYS_IOCTL, []uint64{0, unix.TIOCGWINSZ}, 0},
		{"keystrokes", unix.SYS_IOCTL, []uint64{0, unix.TIOCSTI}, unix.EPERM},
		{"keystrokes, high bits", unix.SYS_IOCTL, []uint64{0, high | unix.TIOCSTI}, unix.EPERM},
		{"project number", unix.SYS_IOCTL, []uint64{0, setProject}, unix.EPERM},
		{"immutable", unix.SYS_IOCTL, []uint64{0, unix.FS_IOC_SETFLAGS}, unix.EPERM},
		{"console", unix.SYS_IOCTL, []uint64{negative, unix.TIOCLINUX}, unix.EPERM},
	} {
		want := allow
		if c.want != 0 {
			want = refuse(c.want)
		}
		if got := f.simulate(t, auditArch, c.nr, c.args...); got != want {
			t.Errorf("%s: %#x, want %#x", c.name, got, want)
		}
		for _, arch := range []uint32{unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, unix.AUDIT_ARCH_RISCV64, 0} {
			if got := f.simulate(t, arch, c.nr, c.args...); got != refuse(unix.ENOSYS) {
				t.Errorf("%s on architecture %#x: %#x", c.name, arch, got)
			}
		}
	}
	seen := map[uint32]bool{}
	for _, nr := range append(refusedHere, refusedCalls...) {
		if got := f.simulate(t, auditArch, nr); got != refuse(unix.EPERM) {
			t.Errorf("call %d: %#x", nr, got)
		}
		if seen[nr] {
			t.Errorf("call %d is listed twice", nr)
		}
		seen[nr] = true
	}
	if len(f) > 1000 { // each is walked for every system call that the kernel cannot tell to be free

		t.Errorf("%d instructions", len(f))
	}
}

func TestStepFilter(t *testing.T) {
	key := execKey{0x0123456789abcdef, 0xfedcba9876543210}
	inet := []uint64{unix.AF_INET, unix.SOCK_STREAM}
	exec := func(a, b uint64) []uint64 { return []uint64{1, 2, 3, 0, a, b} }
	some := []string{"/tmp"}
	for _, c := range []struct {
		name string
		c    confine
		nr   uint32
		args []uint64
		want unix.Errno
	}{
		{"no network", confine{}, unix.SYS_SOCKET, inet, unix.EACCES},
		{"no network, high bits", confine{}, unix.SYS_SOCKET, []uint64{1<<32 | unix.AF_INET}, unix.EACCES},
		{"no network, unix", confine{}, unix.SYS_SOCKET, []uint64{unix.AF_UNIX}, 0},
		{"network", confine{Network: true}, unix.SYS_SOCKET, inet, 0},
		{"the one execve", confine{}, unix.SYS_EXECVE, exec(key[0], key[1]), 0},
		{"an execve", confine{}, unix.SYS_EXECVE, exec(0, 0), unix.EACCES},
		{"half a key", confine{}, unix.SYS_EXECVE, exec(key[0], 0), unix.EACCES},
		{"the other half", confine{}, unix.SYS_EXECVE, exec(0, key[1]), unix.EACCES},
		{"one bit off, low", confine{}, unix.SYS_EXECVE, exec(key[0]^1, key[1]), unix.EACCES},
		{"one bit off, high", confine{}, unix.SYS_EXECVE, exec(key[0]^1<<63, key[1]), unix.EACCES},
		{"one bit off, second, low", confine{}, unix.SYS_EXECVE, exec(key[0], key[1]^1), unix.EACCES},
		{"one bit off, second, high", confine{}, unix.SYS_EXECVE, exec(key[0], key[1]^1<<32), unix.EACCES},
		{"swapped", confine{}, unix.SYS_EXECVE, exec(key[1], key[0]), unix.EACCES},
		{"commands", confine{Commands: true}, unix.SYS_EXECVE, exec(0, 0), 0},
		{"modes where nothing is written", confine{}, unix.SYS_FCHMODAT, nil, unix.EACCES},
		{"modes where something is", confine{Write: some}, unix.SYS_FCHMODAT, nil, 0},
		{"read", confine{}, unix.SYS_READ, nil, 0},
	} {
		want := allow
		if c.want != 0 {
			want = refuse(c.want)
		}
		if got := stepFilter(c.c, key).simulate(t, auditArch, c.nr, c.args...); got != want {
			t.Errorf("%s: %#x, want %#x", c.name, got, want)
		}
	}
	for _, nr := range append(attributeCallsHere, attributeCalls...) {
		if got := stepFilter(confine{}, key).simulate(t, auditArch, nr); got != refuse(unix.EACCES) {
			t.Errorf("call %d: %#x", nr, got)
		}
	}
}

// Each way to execute something besides the step's program, by a program that may read everything and write into a
// directory that, for once, is executable: so that it is the filter alone that refuses.
func TestNothingIsExecutedTwice(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the numbers are those of amd64")
	}
	const code = `
import ctypes, mmap, subprocess
argv = (ctypes.c_char_p * 3)(b"true", b"--version", None)
loader = b"/lib64/ld-linux-x86-64.so.2"
by_loader = (ctypes.c_char_p * 3)(loader, b"/usr/bin/true", None)
def raw(name, *args):
    def f():
        libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
        raise OSError(ctypes.get_errno(), "")
    child(name, f)
child("execve", lambda: os.execv("/usr/bin/true", ["true"]))
child("itself", lambda: os.execv("/usr/bin/python3", ["python3", "-c", ""]))
child("by the ELF interpreter", lambda: os.execv(loader, [loader, b"/usr/bin/true"]))
child("fexecve", lambda: os.execve(os.open("/usr/bin/true", os.O_RDONLY), ["true"], {}))
child("/proc/self/fd", lambda: os.execv("/proc/self/fd/%d" % os.open("/usr/bin/true", os.O_RDONLY), ["true"]))
child("/proc/self/exe", lambda: os.execv("/proc/self/exe", ["python3", "-c", ""]))
def copied():
    with open("/usr/bin/true", "rb") as f, open("/tmp/true", "wb") as g: g.write(f.read())
    os.chmod("/tmp/true", 0o755)
    os.execv("/tmp/true", ["true"])
child("a copy", copied)
raw("execveat, absolute", 322, -100, b"/usr/bin/true", argv, 0, 0)
raw("execveat, absolute, with a flag and no such descriptor", 322, 1000, b"/usr/bin/true", argv, 0, 0x1000)
raw("execveat, by the ELF interpreter", 322, 1000, loader, by_loader, 0, 0x1000)
fd = os.open("/usr/bin/true", os.O_RDONLY)
raw("execveat, descriptor", 322, fd, b"", argv, 0, 0x1000)
raw("execve, no key", 59, b"/usr/bin/true", argv, 0, 0, 0, 0)
raw("execve, a key", 59, b"/usr/bin/true", argv, 0, 0, -1, -1)
raw("execve, x32", 0x40000000 | 520, b"/usr/bin/true", argv, 0)
raw("execveat, x32", 0x40000000 | 545, -100, b"/usr/bin/true", argv, 0, 0)
raw("memory file", 319, b"x", 0)
child("posix_spawn", lambda: os.waitpid(os.posix_spawn("/usr/bin/true", ["true"], {}), 0)[1] and os._exit(1))
child("vfork", lambda: subprocess.run(["/usr/bin/true"]))
def by_system(): os._exit(os.waitstatus_to_exitcode(os.system("exit 0")) and errno.EACCES)
child("system", by_system)
child("uselib", lambda: call("", 134, b"/usr/bin/true") and os._exit(errno.EPERM))
got.pop("", None)
# mov eax, 11 (execve of i386); mov ebx, path; xor ecx, ecx; xor edx, edx; int 0x80; ret. The path lies below 4 GiB.
libc.mmap.restype = ctypes.c_void_p
m = libc.mmap(ctypes.c_void_p(0x10000000), 4096, 7, 0x32, -1, 0)
code = b"\x53\xb8\x0b\0\0\0\xbb\x80\0\0\x10\x31\xc9\x31\xd2\xcd\x80\x5b\xc3"
ctypes.memmove(m, code, len(code)); ctypes.memmove(m + 0x80, b"/usr/bin/true\0", 14)
def i386(): os._exit(-ctypes.CFUNCTYPE(ctypes.c_int)(m)())
child("i386", i386)
def threads():
    import threading, multiprocessing
    t = threading.Thread(target=lambda: None); t.start(); t.join()
    p = multiprocessing.get_context("fork").Process(target=lambda: None); p.start(); p.join(); os._exit(p.exitcode)
child("fork and threads", threads)
`
	confined := func(commands bool) trial {
		s := pythonTrial(code)
		s.Spec.Confine = confine{Commands: commands, Read: []string{"/"}, Execute: []string{"/"}, Write: []string{"/tmp"}}
		return s
	}
	t.Run("without commands", func(t *testing.T) {
		attempted(t, confined(false), map[string]string{
			"*":                  "EACCES",
			"execveat, absolute": "EPERM", "execveat, absolute, with a flag and no such descriptor": "EPERM",
			"execveat, by the ELF interpreter": "EPERM", "execveat, descriptor": "EPERM", "memory file": "EPERM", "uselib": "EPERM",
			"fexecve": "EPERM", "execve, x32": "ENOSYS", "execveat, x32": "ENOSYS", "i386": "ENOSYS", "fork and threads": "ok",
		})
	})
	t.Run("with commands", func(t *testing.T) {
		attempted(t, confined(true), map[string]string{
			"*":                  "ok",
			"execveat, absolute": "EPERM", "execveat, absolute, with a flag and no such descriptor": "EPERM",
			"execveat, by the ELF interpreter": "EPERM", "execveat, descriptor": "EPERM", "memory file": "EPERM", "uselib": "EPERM",
			"fexecve": "EPERM", "execve, x32": "ENOSYS", "execveat, x32": "ENOSYS", "i386": "ENOSYS",
		})
	})
}

func TestNetworkRight(t *testing.T) {
	const code = `
attempt("connect", lambda: socket.create_connection(("127.0.0.1", 443), 5).close())
attempt("listen", lambda: socket.create_server(("127.0.0.1", 8000)).close())
attempt("udp", socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
attempt("inet6", socket.socket, socket.AF_INET6)
call("high bits", 41, (1 << 32) | 2, 1, 0)
attempt("resolve", lambda: socket.getaddrinfo("127.0.0.1", 443))
attempt("netlink", socket.socket, socket.AF_NETLINK, socket.SOCK_RAW, 0)
attempt("raw", socket.socket, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
attempt("ping", socket.socket, socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
attempt("multipath", socket.socket, socket.AF_INET, socket.SOCK_STREAM, 262)
attempt("packet", socket.socket, socket.AF_PACKET, socket.SOCK_RAW)
attempt("vsock", socket.socket, socket.AF_VSOCK, socket.SOCK_STREAM)
attempt("alg", socket.socket, socket.AF_ALG, socket.SOCK_SEQPACKET)
attempt("pair", socket.socketpair)
`
	t.Run("not given", func(t *testing.T) {
		if o := attempted(t, pythonTrial(code), map[string]string{"*": "EACCES", "resolve": "ok", "pair": "ok"}); o.accepted != 0 {
			t.Errorf("%d connections", o.accepted)
		}
	})
	t.Run("given", func(t *testing.T) {
		s := pythonTrial(code)
		s.Spec.Confine.Network = true
		o := attempted(t, s, map[string]string{"*": "ok", "netlink": "EACCES", "raw": "EACCES", "ping": "EPROTONOSUPPORT",
			"multipath": "EPROTONOSUPPORT", "packet": "EACCES", "vsock": "EACCES", "alg": "EACCES"})
		if o.accepted != 1 {
			t.Errorf("%d connections", o.accepted)
		}
	})
}

func TestLimitsOfAStep(t *testing.T) {
	s := pythonTrial(`
import json, resource as r
print(json.dumps({n: list(r.getrlimit(getattr(r, "RLIMIT_" + n))) for n in
    ("CORE", "NOFILE", "MEMLOCK", "MSGQUEUE", "SIGPENDING", "NICE", "RTPRIO", "NPROC", "FSIZE", "CPU", "STACK")}))
`)
	s.Spec.Tasks, s.Spec.FileBytes, s.Spec.CPUSeconds = 33, 1<<20, 7
	o := try(t, s)
	o.mustBeConfined(t)
	var got map[string][2]int64
	must(t, json.Unmarshal([]byte(o.Stdout), &got))
	var stack unix.Rlimit
	must(t, unix.Getrlimit(unix.RLIMIT_STACK, &stack))
	for name, want := range map[string][2]int64{
		"CORE": {}, "NOFILE": {512, 512}, "MEMLOCK": {64 << 10, 64 << 10}, "MSGQUEUE": {}, "SIGPENDING": {1024, 1024}, "NICE": {}, "RTPRIO": {},
		"NPROC": {33, 33}, "FSIZE": {1 << 20, 1 << 20}, "CPU": {7, 8}, "STACK": {64 << 20, int64(stack.Max)},
	} {
		if got[name] != want {
			t.Errorf("RLIMIT_%s: %v, want %v", name, got[name], want)
		}
	}
}

func TestALimitOfFileSizeOrProcessorTimeEndsAProgram(t *testing.T) {
	t.Parallel()
	s := pythonTrial(`
import os, signal
signal.signal(signal.SIGXFSZ, signal.SIG_DFL) # Python ignores it
f = os.open("/tmp/f", os.O_WRONLY | os.O_CREAT)
while True: os.write(f, b"x" * 1000)
`)
	s.Spec.Confine.Write, s.Spec.FileBytes = []string{"/tmp"}, 100_000
	if o := try(t, s); o.Status.Signal() != unix.SIGXFSZ {
		t.Errorf("%+v", o)
	}
	for handler, want := range map[string]unix.Signal{"SIG_DFL": unix.SIGXCPU, "SIG_IGN": unix.SIGKILL} {
		s := pythonTrial("import signal\nsignal.signal(signal.SIGXCPU, signal." + handler + ")\nwhile True: pass\n")
		s.Spec.CPUSeconds = 1
		if o := try(t, s); o.Status.Signal() != want {
			t.Errorf("%s: %+v", handler, o)
		}
	}
}

func TestAStepThatCannotBeExecuted(t *testing.T) {
	for path, want := range map[string]unix.Errno{
		"/usr/bin/no-such-thing": unix.ENOENT, "./main.py": unix.EACCES, "./main.py/x": unix.ENOTDIR, "/usr": unix.EACCES,
	} {
		s := pythonTrial("")
		s.Spec.Argv[0] = path
		o := try(t, s)
		o.mustBeConfined(t)
		if o.Failed == nil || o.Failed.Errno != want || o.Failed.Doing != "executing \""+path+"\"" {
			t.Errorf("%s: %+v", path, o.Failed)
		}
	}
}

// The kernel's own word for it, from inside a program. The system calls are named by number: Python has no names.
func TestFilterFromInside(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the numbers are those of amd64")
	}
	r := verdict(t, python(`
import ctypes, errno, json, mmap, os, resource, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
got = {}
def call(name, *args):
    ctypes.set_errno(0)
    r = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in args))
    got[name] = "ok" if r >= 0 else errno.errorcode[ctypes.get_errno()]
buf = ctypes.create_string_buffer(256)
call("socket inet", 41, 2, 1, 0)
call("socket inet high", 41, (1 << 32) | 2, 1, 0)
call("socket inet6", 41, 10, 1, 0)
call("socket netlink", 41, 16, 3, 0)
call("socket vsock", 41, 40, 1, 0)
call("socket unix", 41, 1, 1, 0)
call("io_uring_setup", 425, 4, buf)
call("keyctl", 250, 0, -3, 0)
call("userfaultfd", 323, 1)
call("bpf", 321, 0, buf, 128)
call("perf_event_open", 298, buf, 0, -1, -1, 0)
call("unshare user", 272, 0x10000000)
call("clone user", 56, 0x10000000 | 17, 0, 0, 0, 0)
call("clone3", 435, buf, 64)
call("memfd_create", 319, b"x", 0)
call("mount", 165, b"none", b"/tmp", b"tmpfs", 0, 0)
call("open_tree", 428, -100, b"/", 1)
call("chroot", 161, b"/")
call("prlimit other", 302, 1, 7, buf, 0)
call("prlimit self", 302, 0, 7, 0, buf)
call("setaffinity other", 203, 1, 8, buf)
call("setpriority other", 141, 0, 1, 19)
call("ioprio other", 251, 1, 1, 0)
call("shmget", 29, 0, 4096, 0o1600)
call("msgget", 68, 0, 0o1600)
call("semget", 64, 0, 1, 0o1600)
call("io_setup", 206, 1, buf)
call("personality", 135, 0x40000)
call("personality asked", 135, 0xffffffff)
call("sched core", 157, 62, 1, 0, 0, 0)
call("file_setattr", 469, -100, b"main.py", buf, 24, 0)
call("sync", 162)
call("mq_open", 240, b"q", 0o102, 0o600, 0)
call("name_to_handle_at", 303, -100, b"/", buf, buf, 0)
call("kexec", 246, 0, 0, 0, 0)
call("newer", 471)
# mov eax, 20 (getpid of i386); int 0x80; ret
m = mmap.mmap(-1, 4096, prot=7)
m.write(bytes.fromhex("b814000000cd80c3"))
f = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))
got["i386"] = errno.errorcode.get(-f(), "ok")
try: socket.create_connection(("127.0.0.1", 443)); got["connect"] = "ok"
except OSError as e: got["connect"] = errno.errorcode[e.errno]
print(json.dumps(got))
`))
	var got map[string]string
	if err := json.Unmarshal([]byte(r.stdout.data), &got); err != nil {
		t.Fatalf("%v: %+v %s", err, r.result, r.stderr.data)
	}
	want := map[string]string{
		"socket inet": "EACCES", "socket inet high": "EACCES", "socket inet6": "EACCES", "socket netlink": "EACCES",
		"socket vsock": "EACCES", "socket unix": "ok", "connect": "EACCES",
		"clone3": "ENOSYS", "newer": "ENOSYS", "i386": "ENOSYS", "prlimit self": "ok", "personality asked": "ok", "sync": "ok",
	}
	for name, have := range got {
		expected, listed := want[name]
		if !listed {
			expected = "EPERM"
		}
		if have != expected {
			t.Errorf("%s: %s, want %s", name, have, expected)
		}
	}
	if len(got) != 38 {
		t.Errorf("%d answers: %s", len(got), strings.TrimSpace(fmt.Sprint(got)))
	}
}
