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
		case toX:
			x = acc
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
		{"newest known call", firstUnknownCall - 2, nil, 0},
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
	if len(f) > 4096 {
		t.Errorf("%d instructions; the kernel takes 4096", len(f))
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
		"clone3": "ENOSYS", "newer": "ENOSYS", "i386": "ENOSYS", "prlimit self": "ok",
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
	if len(got) != 29 {
		t.Errorf("%d answers: %s", len(got), strings.TrimSpace(fmt.Sprint(got)))
	}
}
