package main

import (
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system-call filter that every program of a job runs under. It is a deny list on top of the container runtime's
// own profile: what it refuses is what that profile leaves open to code which has no business with it. Python, Node,
// Java, Go, Rust and C programs run under it, with threads, subprocesses, sqlite and asyncio.
//
// Two traps decide its form. A number means something else on each architecture, so the architecture comes first. And
// the kernel uses the low 32 bits of most arguments, so only those are compared: socket(1<<32 | AF_INET) is a socket.

// struct seccomp_data: nr 4 bytes, arch 4, instruction pointer 8, six arguments of 8. Little-endian: the low half first.
const (
	offsetNr   = 0
	offsetArch = 4
)

func offsetArg(n int) uint32 { return uint32(16 + 8*n) }

const (
	load   = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	ifEq   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	ifGe   = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	ifAny  = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	answer = unix.BPF_RET | unix.BPF_K
)

const (
	allow = uint32(unix.SECCOMP_RET_ALLOW)

	// Calls from this number on are newer than this filter and were not weighed; programs fall back on ENOSYS. On amd64
	// this covers x32 too, whose numbers have bit 30 set.
	firstUnknownCall = 471

	namespaceFlags = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
		unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

	ioprioWhoProcess = 1 // linux/ioprio.h
)

func refuse(e unix.Errno) uint32 { return unix.SECCOMP_RET_ERRNO | uint32(e) }

// refusedCalls answer EPERM whatever their arguments are. Those that only one architecture has are in the file of that
// architecture.
var refusedCalls = []uint32{
	// ways round the filter: work done by the kernel on behalf of the caller
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	// large, rarely needed attack surface
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD,
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
	unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
	// other processes, the runner above all
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE,
	unix.SYS_PROCESS_MRELEASE, unix.SYS_KCMP, unix.SYS_PIDFD_GETFD, unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES,
	// namespaces, roots and mounts
	unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT, unix.SYS_MOUNT, unix.SYS_UMOUNT2,
	unix.SYS_OPEN_TREE, unix.SYS_OPEN_TREE_ATTR, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR, unix.SYS_FSOPEN,
	unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_STATMOUNT, unix.SYS_LISTMOUNT, unix.SYS_LISTNS,
	unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT,
	// files without a path, and their execution
	unix.SYS_MEMFD_CREATE, unix.SYS_MEMFD_SECRET, unix.SYS_EXECVEAT,
	// the machine
	unix.SYS_REBOOT, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE,
	unix.SYS_DELETE_MODULE, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD,
	unix.SYS_SYSLOG, unix.SYS_VHANGUP, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME, unix.SYS_LOOKUP_DCOOKIE,
	unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
}

// selfOnlyCalls take a process as their first argument, and may be aimed at none but the caller (0). The container
// runtime's profile lets them reach the runner, which has the same user.
var selfOnlyCalls = []uint32{
	unix.SYS_PRLIMIT64, unix.SYS_SCHED_SETAFFINITY, unix.SYS_SCHED_SETSCHEDULER, unix.SYS_SCHED_SETPARAM,
	unix.SYS_SCHED_SETATTR,
}

// filter collects BPF instructions. Every rule loads what it compares and ends in an answer, so rules do not depend on
// one another; jumps never leave their rule.
type filter []unix.SockFilter

func (f *filter) op(code uint16, ifTrue, ifFalse uint8, k uint32) {
	*f = append(*f, unix.SockFilter{Code: code, Jt: ifTrue, Jf: ifFalse, K: k})
}

// onCall begins a rule: the next n instructions are for call nr only.
func (f *filter) onCall(nr uint32, n uint8) {
	f.op(load, 0, 0, offsetNr)
	f.op(ifEq, 0, n, nr)
}

func buildFilter() filter {
	var f filter
	f.op(load, 0, 0, offsetArch)
	f.op(ifEq, 1, 0, auditArch)
	f.op(answer, 0, 0, refuse(unix.ENOSYS))

	f.op(load, 0, 0, offsetNr)
	f.op(ifGe, 0, 1, firstUnknownCall)
	f.op(answer, 0, 0, refuse(unix.ENOSYS))

	for _, nr := range slices.Concat(refusedCalls, refusedHere) {
		f.op(ifEq, 0, 1, nr)
		f.op(answer, 0, 0, refuse(unix.EPERM))
	}

	// Its flags are in memory, out of a filter's sight. C libraries and Go fall back to clone.
	f.onCall(unix.SYS_CLONE3, 1)
	f.op(answer, 0, 0, refuse(unix.ENOSYS))

	f.onCall(unix.SYS_CLONE, 4)
	f.op(load, 0, 0, offsetArg(0))
	f.op(ifAny, 0, 1, namespaceFlags)
	f.op(answer, 0, 0, refuse(unix.EPERM))
	f.op(answer, 0, 0, allow)

	for _, nr := range []uint32{unix.SYS_SOCKET, unix.SYS_SOCKETPAIR} {
		f.onCall(nr, 4)
		f.op(load, 0, 0, offsetArg(0))
		f.op(ifEq, 1, 0, unix.AF_UNIX)
		f.op(answer, 0, 0, refuse(unix.EACCES))
		f.op(answer, 0, 0, allow)
	}

	for _, nr := range selfOnlyCalls {
		f.onCall(nr, 4)
		f.op(load, 0, 0, offsetArg(0))
		f.op(ifEq, 1, 0, 0)
		f.op(answer, 0, 0, refuse(unix.EPERM))
		f.op(answer, 0, 0, allow)
	}

	// setpriority and ioprio_set(which, who): a process, and that process the caller.
	for _, call := range []struct{ nr, which uint32 }{
		{unix.SYS_SETPRIORITY, unix.PRIO_PROCESS},
		{unix.SYS_IOPRIO_SET, ioprioWhoProcess},
	} {
		f.onCall(call.nr, 6)
		f.op(load, 0, 0, offsetArg(0))
		f.op(ifEq, 0, 2, call.which)
		f.op(load, 0, 0, offsetArg(1))
		f.op(ifEq, 1, 0, 0)
		f.op(answer, 0, 0, refuse(unix.EPERM))
		f.op(answer, 0, 0, allow)
	}

	// Keystrokes pushed into a terminal.
	f.onCall(unix.SYS_IOCTL, 4)
	f.op(load, 0, 0, offsetArg(1))
	f.op(ifEq, 1, 0, unix.TIOCSTI)
	f.op(ifEq, 0, 1, unix.TIOCLINUX)
	f.op(answer, 0, 0, refuse(unix.EPERM))

	f.op(answer, 0, 0, allow)
	return f
}

// install puts the filter on the calling thread, which must have no_new_privs, and on whatever it executes.
func (f filter) install() error {
	program := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	_, _, e := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	if e != 0 {
		return fmt.Errorf("loading the system-call filter: %w", e)
	}
	return nil
}

// sealed tries whether the filter on the calling thread holds: an answer of the kernel's that only it can give.
func sealed() bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err == unix.EACCES
}
