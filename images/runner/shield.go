package main

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// shield makes the runner hard to hit from inside: nobody may look into it, and no signal ends it. It returns a channel
// for SIGTERM.
func shield() <-chan os.Signal {
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	runtime.GOMAXPROCS(min(2, runtime.GOMAXPROCS(0)))
	return ignoreSignals()
}

const (
	lastSignal    = 64
	signalDefault = 0 // SIG_DFL
	signalIgnore  = 1 // SIG_IGN
)

// ignoreSignals leaves no signal that could end the runner with its default or with a handler of Go's. Being PID 1 and
// catching what Go can catch are not enough, each by itself or both:
//   - Linux spares PID 1 a deadly default only while its first thread has the signal unblocked, and Go blocks all of
//     them for moments; 32 and 34, which Go does not catch, then kill.
//   - A SIGSEGV, SIGBUS or SIGFPE that was sent with sigqueue(3) or by F_SETSIG does not look sent; Go panics on it.
//
// What is ignored is dropped in the kernel. A real fault still ends the runner: the kernel forces that.
func ignoreSignals() <-chan os.Signal {
	// SIGKILL and SIGSTOP cannot reach PID 1 from within its namespace. SIGCHLD would reap by itself if it were
	// ignored. SIGURG is how Go preempts; its handler takes whatever comes.
	keep := map[syscall.Signal]bool{syscall.SIGKILL: true, syscall.SIGSTOP: true, syscall.SIGCHLD: true, syscall.SIGURG: true}
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	keep[syscall.SIGTERM] = true
	// Go itself ends a process that writes to a broken stdout, unless it knows that SIGPIPE is taken care of.
	signal.Ignore(syscall.SIGPIPE)
	for n := 1; n <= lastSignal; n++ {
		if !keep[syscall.Signal(n)] {
			dispose(n, signalIgnore)
		}
	}
	return terminate
}

// dispose sets what the kernel does with a signal, past the Go runtime.
func dispose(n int, disposition uintptr) {
	// struct sigaction of the system call: handler, flags, restorer, mask; 8 bytes each on amd64 and arm64.
	action := [4]uintptr{disposition}
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(n), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
}
