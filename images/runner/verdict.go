package main

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Exit codes by convention: of timeout(1), and of a shell for a signal.
const (
	exitTimeout    = 124
	exitSignalBase = 128
)

// judge states what happened: the first cause that applies, in the protocol's order. Memory goes first: when the kernel
// killed anything for memory, whatever the program made of it afterwards is a consequence.
func judge(s *step, o outcome, u usage, w *watch) endLine {
	e := endLine{
		Type: "end", Step: s.number, Kind: s.kind, Of: s.of,
		StartedAt:       timestamp(w.begin),
		FinishedAt:      timestamp(w.begin.Add(o.wall)),
		WallMs:          milliseconds(o.wall),
		CPUMs:           notRead,
		PeakMemoryBytes: u.peak,
		OOMKills:        u.oomKills,
		PeakProcesses:   w.peakProcesses,
		DiskBytes:       w.grown,
		StdoutBytes:     w.stdout.bytes(),
		StderrBytes:     w.stderr.bytes(),
	}
	if u.cpu != notRead {
		e.CPUMs = milliseconds(u.cpu)
	}
	who, l := s.subject(), s.limits
	ended := func(c cause, exit int, format string, args ...any) {
		e.Cause, e.ExitCode, e.Message = c, exit, who+" "+fmt.Sprintf(format, args...)+"."
	}
	killed := exitSignalBase + int(unix.SIGKILL)
	byItself := o.breach == ""
	switch {
	case u.oomKills > 0:
		ended(causeMemory, killed, "ran out of memory: the kernel killed %s", plural(u.oomKills, "process", "processes"))
	case o.breach == causeMemory:
		ended(causeMemory, killed, "was stopped when it took more than %d bytes of memory", l.MemoryBytes)
	case o.breach == causeTimeout:
		ended(causeTimeout, exitTimeout, "was stopped when its wall-clock limit of %d ms was over", l.WallMs)
	// What came between two looks counts as well.
	case o.breach == causeCPU, u.cpu > time.Duration(l.CPUMs)*time.Millisecond:
		ended(causeCPU, exitSignalBase+int(unix.SIGXCPU), "used more than its %d ms of processor time", l.CPUMs)
	case o.breach == causeProcesses:
		ended(causeProcesses, killed, "was stopped when it had more than %s", plural(int64(l.Processes), "process", "processes"))
	case o.breach == causeOutput, e.StdoutBytes+e.StderrBytes > l.MaxOutputBytes:
		ended(causeOutput, exitSignalBase+int(unix.SIGXFSZ), "wrote more than %d bytes of output", l.MaxOutputBytes)
	case o.breach == causeDisk, w.grown > l.DiskBytes:
		ended(causeDisk, exitSignalBase+int(unix.SIGXFSZ), "wrote more than %d bytes of files", l.DiskBytes)
	case byItself && o.status.Signaled() && o.status.Signal() == unix.SIGXFSZ:
		ended(causeDisk, exitSignalBase+int(unix.SIGXFSZ), "wrote a file of more than %d bytes", l.DiskBytes)
	case o.status.Signaled():
		e.Signal = signalName(o.status.Signal())
		ended(causeExit, exitSignalBase+int(o.status.Signal()), "was ended by signal %s", e.Signal)
	default:
		e.Cause, e.ExitCode = causeExit, o.status.ExitStatus()
		if e.ExitCode != 0 {
			ended(causeExit, e.ExitCode, "exited with code %d", e.ExitCode)
		}
	}
	return e
}

func (s *step) subject() string {
	if s.kind == kindCompile {
		return "The compiler"
	}
	return "The program"
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// signalName is the name without SIG. Real-time signals, which have none, count from the first the kernel knows.
func signalName(s unix.Signal) string {
	if name := unix.SignalName(s); name != "" {
		return strings.TrimPrefix(name, "SIG")
	}
	return fmt.Sprintf("RTMIN+%d", int(s)-32)
}
