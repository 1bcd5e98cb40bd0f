package main

import (
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system-call filters that every program of a job runs under: deny lists on top of the container runtime's own
// profile. What they refuse is what that profile leaves open to code which has no business with it. Python, Node, Java,
// Go, Rust and C programs run under them, with threads, subprocesses, sqlite and asyncio.
//
// There are two, because filters stack and the strictest answer counts: the common filter is long and the same for
// every step, so it is loaded before there is a job; the step's filter is a few rules for what its access rights leave
// out.
//
// What is allowed although it looks dangerous: memory that is written and then executed, personality aside; a just-in-time
// compiler needs it, and /proc/self/mem gives a process nothing over itself that mprotect does not. PR_SET_DUMPABLE,
// prctl(PR_SET_SECCOMP) and Landlock calls change the caller only, and only for the worse. Signals (kill, tgkill,
// pidfd_send_signal, F_SETOWN) are Landlock's matter, whose scope knows who is who; a filter sees numbers that any thread
// of the runner may have. inotify tells of files that may not be opened, but nothing else runs meanwhile that could be
// watched. sysinfo and uname are of the node, and language runtimes size themselves by them.
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
	and    = unix.BPF_ALU | unix.BPF_AND | unix.BPF_K
	xor    = unix.BPF_ALU | unix.BPF_XOR | unix.BPF_K
	orX    = unix.BPF_ALU | unix.BPF_OR | unix.BPF_X
	store  = unix.BPF_ST
	recall = unix.BPF_LDX | unix.BPF_MEM // into X
	number = unix.BPF_LD | unix.BPF_IMM
	answer = unix.BPF_RET | unix.BPF_K
)

const (
	allow = uint32(unix.SECCOMP_RET_ALLOW)

	// Calls from this number on are newer than this filter and were not weighed; programs fall back on ENOSYS. On amd64
	// this covers x32 too, whose numbers have bit 30 set.
	firstUnknownCall = 471

	namespaceFlags = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
		unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

	ioprioWhoProcess = 1          // linux/ioprio.h
	socketTypeMask   = 0xf        // linux/net.h; the rest of the argument are flags
	noFamily         = 4096       // beyond what any kernel has
	setProject       = 0x401c5820 // linux/fs.h: FS_IOC_FSSETXATTR
	queryPersonality = 0xffffffff
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
	unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK,
	// what outlives its process: one run would find what another left, and its memory would be nobody's
	unix.SYS_SHMGET, unix.SYS_MSGGET, unix.SYS_SEMGET, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
	// taken out of one purse for the whole node (fs.aio-max-nr)
	unix.SYS_IO_SETUP,
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
	// inode flags and project numbers, which a disk quota may be counted by; labels of other security modules
	unix.SYS_FILE_SETATTR, unix.SYS_LSM_SET_SELF_ATTR,
	// the machine
	unix.SYS_REBOOT, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE,
	unix.SYS_DELETE_MODULE, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD,
	unix.SYS_SYSLOG, unix.SYS_VHANGUP, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME, unix.SYS_LOOKUP_DCOOKIE,
	unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
}

// attributeCalls change what Landlock knows nothing of: modes, owners, times and extended attributes, of every file that
// belongs to the sandbox's user. A step that may write somewhere needs them there; one that may write nowhere could
// still spoil the files of the next run.
var attributeCalls = []uint32{
	unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT,
	unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT,
	unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR, unix.SYS_REMOVEXATTRAT,
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

// unlessFirst is the rule that call nr is refused unless its first argument is the one given.
func (f *filter) unlessFirst(nr, arg uint32, e unix.Errno) {
	f.onCall(nr, 4)
	f.op(load, 0, 0, offsetArg(0))
	f.op(ifEq, 1, 0, arg)
	f.op(answer, 0, 0, refuse(e))
	f.op(answer, 0, 0, allow)
}

// onCall begins a rule: the next n instructions are for call nr only.
func (f *filter) onCall(nr uint32, n uint8) {
	f.op(load, 0, 0, offsetNr)
	f.op(ifEq, 0, n, nr)
}

// commonFilter is in force in every step.
func commonFilter() filter {
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

	// Of the Internet's sockets TCP and UDP only: SCTP, DCCP, ping and raw sockets are attack surface. Multipath TCP is
	// told that there is none, and programs (Go's net package) fall back. No netlink, not even with the network: name
	// resolution does without; only listing the interfaces fails.
	f.onCall(unix.SYS_SOCKET, 16)
	f.op(load, 0, 0, offsetArg(0))
	f.op(ifEq, 13, 0, unix.AF_UNIX)
	f.op(ifEq, 2, 0, unix.AF_INET)
	f.op(ifEq, 1, 0, unix.AF_INET6)
	f.op(answer, 0, 0, refuse(unix.EACCES))
	f.op(load, 0, 0, offsetArg(1))
	f.op(and, 0, 0, socketTypeMask)
	f.op(ifEq, 2, 0, unix.SOCK_STREAM)
	f.op(ifEq, 1, 0, unix.SOCK_DGRAM)
	f.op(answer, 0, 0, refuse(unix.EACCES))
	f.op(load, 0, 0, offsetArg(2))
	f.op(ifEq, 3, 0, unix.IPPROTO_IP)
	f.op(ifEq, 2, 0, unix.IPPROTO_TCP)
	f.op(ifEq, 1, 0, unix.IPPROTO_UDP)
	f.op(answer, 0, 0, refuse(unix.EPROTONOSUPPORT))
	f.op(answer, 0, 0, allow)
	f.unlessFirst(unix.SYS_SOCKETPAIR, unix.AF_UNIX, unix.EACCES)

	for _, nr := range selfOnlyCalls {
		f.unlessFirst(nr, 0, unix.EPERM)
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

	// Keystrokes pushed into a terminal; inode flags and the project number once more.
	f.onCall(unix.SYS_IOCTL, 7)
	f.op(load, 0, 0, offsetArg(1))
	f.op(ifEq, 4, 0, unix.TIOCSTI)
	f.op(ifEq, 3, 0, unix.TIOCLINUX)
	f.op(ifEq, 2, 0, unix.FS_IOC_SETFLAGS)
	f.op(ifEq, 1, 0, setProject)
	f.op(answer, 0, 0, allow)
	f.op(answer, 0, 0, refuse(unix.EPERM))

	// PR_SCHED_CORE keeps neighbours off the other hyperthread of a core.
	f.onCall(unix.SYS_PRCTL, 4)
	f.op(load, 0, 0, offsetArg(0))
	f.op(ifEq, 1, 0, unix.PR_SCHED_CORE)
	f.op(ifEq, 0, 1, unix.PR_SET_MM)
	f.op(answer, 0, 0, refuse(unix.EPERM))

	// No other system's habits: READ_IMPLIES_EXEC and ADDR_NO_RANDOMIZE help only who attacks the program.
	f.onCall(unix.SYS_PERSONALITY, 5)
	f.op(load, 0, 0, offsetArg(0))
	f.op(ifEq, 2, 0, 0)
	f.op(ifEq, 1, 0, queryPersonality)
	f.op(answer, 0, 0, refuse(unix.EPERM))
	f.op(answer, 0, 0, allow)

	// They make every disk of the node write, and nothing in a sandbox outlives it. Answered with success.
	for _, nr := range []uint32{unix.SYS_SYNC, unix.SYS_SYNCFS} {
		f.onCall(nr, 1)
		f.op(answer, 0, 0, refuse(0))
	}

	f.op(answer, 0, 0, allow)
	return f
}

// execKey is what an execve must carry in its last two registers, which the call does not use, where a filter guards it.
// The step's filter lets through the one execve that the stage makes: the key is random, the stage keeps it in its memory
// alone, and the execve destroys that. Nobody can read a filter back without CAP_SYS_ADMIN.
//
// A descriptor that only the stage can have, for execveat, would not do: execveat looks at it only if the path is
// relative, and a filter cannot see a path.
type execKey [2]uint64

// stepFilter refuses what the step's access rights leave out. The common filter has dealt with other architectures.
func stepFilter(c confine, key execKey) filter {
	var f filter
	f.op(load, 0, 0, offsetArch)
	f.op(ifEq, 1, 0, auditArch)
	f.op(answer, 0, 0, allow)

	if !c.Network {
		f.unlessFirst(unix.SYS_SOCKET, unix.AF_UNIX, unix.EACCES)
	}
	if !c.Commands {
		// The whole key is compared whatever its beginning is, so that the time taken tells nothing. The differences are
		// gathered in memory: gVisor takes TAX for TXA.
		f.onCall(unix.SYS_EXECVE, 2+4*5+3)
		f.op(number, 0, 0, 0)
		f.op(store, 0, 0, 0)
		for i, half := range []uint64{key[0], key[0] >> 32, key[1], key[1] >> 32} {
			f.op(load, 0, 0, offsetArg(4)+4*uint32(i))
			f.op(xor, 0, 0, uint32(half))
			f.op(recall, 0, 0, 0)
			f.op(orX, 0, 0, 0)
			f.op(store, 0, 0, 0)
		}
		f.op(ifEq, 1, 0, 0)
		f.op(answer, 0, 0, refuse(unix.EACCES))
		f.op(answer, 0, 0, allow)
	}
	if len(c.Write) == 0 {
		f.op(load, 0, 0, offsetNr)
		for _, nr := range slices.Concat(attributeCalls, attributeCallsHere) {
			f.op(ifEq, 0, 1, nr)
			f.op(answer, 0, 0, refuse(unix.EACCES))
		}
	}
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

// sealed tries whether the common filter holds on the calling thread: by an answer that only it can give. The kernel has
// no such family, and would say so before it asked another security module.
func sealed() bool {
	return socketRefused(noFamily)
}

// sealedFor tries the same for the step's filter, as far as it refuses anything that can be tried without harm.
func sealedFor(c confine) bool {
	if !c.Network && !socketRefused(unix.AF_INET) {
		return false
	}
	if !c.Commands {
		var empty byte // the kernel says ENOENT to an empty path
		_, _, e := unix.RawSyscall(unix.SYS_EXECVE, uintptr(unsafe.Pointer(&empty)), 0, 0)
		return e == unix.EACCES
	}
	return true
}

func socketRefused(family int) bool {
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err == unix.EACCES
}
