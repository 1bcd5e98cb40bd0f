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

// judge states what happened. Memory goes first: when the kernel killed anything for memory, whatever the program made
// of it afterwards is a consequence.
func judge(j *job, begin time.Time, o outcome, u usage) resultLine {
	r := resultLine{
		Type: "result", V: protocolVersion, ID: j.ID,
		StartedAt:       timestamp(begin),
		FinishedAt:      timestamp(begin.Add(o.wall)),
		WallMs:          milliseconds(o.wall),
		CPUMs:           notRead,
		PeakMemoryBytes: u.peak,
		OOMKills:        u.oomKills,
		PeakProcesses:   o.peakProcesses,
	}
	if u.cpu != notRead {
		r.CPUMs = milliseconds(u.cpu)
	}
	switch {
	case u.oomKills > 0:
		r.Cause, r.ExitCode = causeMemory, exitSignalBase+int(unix.SIGKILL)
		r.Message = fmt.Sprintf("The program ran out of memory: the kernel killed %s.", plural(u.oomKills, "process", "processes"))
	case o.timedOut:
		r.Cause, r.ExitCode = causeTimeout, exitTimeout
		r.Message = fmt.Sprintf("The program was stopped when its wall-clock limit of %d ms was over.", j.Limits.WallMs)
	case o.status.Signaled():
		r.Cause, r.Signal = causeExit, signalName(o.status.Signal())
		r.ExitCode = exitSignalBase + int(o.status.Signal())
		r.Message = fmt.Sprintf("The program was ended by signal %s.", r.Signal)
	default:
		r.Cause, r.ExitCode = causeExit, o.status.ExitStatus()
		if r.ExitCode != 0 {
			r.Message = fmt.Sprintf("The program exited with code %d.", r.ExitCode)
		}
	}
	if o.undead {
		r.Message = strings.TrimSpace(fmt.Sprintf("%s Processes of it were left that could not be killed within %v.", r.Message, killBound))
	}
	return r
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
