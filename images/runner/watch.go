package main

import (
	"time"
)

// watch looks at a running step from outside, often, and must stay cheap: every descriptor is open beforehand and
// nothing is allocated while it goes on.
type watch struct {
	begin          time.Time
	limits         limits
	procs          *census
	meter          *meter
	disk           disk
	diskBefore     int64
	stdout, stderr *capture

	peakProcesses int
	grown         int64 // the greatest growth of the disk; notRead where unknown
}

func newWatch(begin time.Time, l limits, procs *census, m *meter, d disk, stdout, stderr *capture) *watch {
	w := &watch{begin: begin, limits: l, procs: procs, meter: m, disk: d, diskBefore: d.used(), stdout: stdout, stderr: stderr,
		peakProcesses: notRead, grown: notRead}
	if procs.count() != notRead {
		w.peakProcesses = 1 // the program itself, also when it is gone before the first count
	}
	if w.diskBefore != notRead {
		w.grown = 0
	}
	return w
}

// until watches until the main process has ended or a limit is exceeded.
func (w *watch) until(f *family) outcome {
	over := time.NewTimer(time.Duration(w.limits.WallMs)*time.Millisecond - time.Since(w.begin))
	defer over.Stop()
	next := time.NewTimer(lookInterval(0))
	defer next.Stop()
	var breach cause
	for breach == "" {
		select {
		case d := <-f.ended:
			return w.ended(d)
		case <-over.C:
			breach = causeTimeout
		case <-next.C:
			breach = w.look()
			next.Reset(lookInterval(time.Since(w.begin)))
		}
	}
	select {
	case d := <-f.ended: // by itself, at the last moment
		return w.ended(d)
	default:
		return outcome{breach: breach, wall: time.Since(w.begin)}
	}
}

// ended looks once more, for what a short program has left behind.
func (w *watch) ended(d death) outcome {
	w.growth()
	return outcome{status: d.status, wall: d.at.Sub(w.begin)}
}

// look returns the first limit that is exceeded, or "".
func (w *watch) look() cause {
	n := w.procs.count()
	w.peakProcesses = max(w.peakProcesses, n)
	grown := w.growth()
	switch {
	case w.meter.exceeds(w.limits.MemoryBytes):
		return causeMemory
	case w.meter.time(w.procs.pids) > time.Duration(w.limits.CPUMs)*time.Millisecond:
		return causeCPU
	case n > w.limits.Processes:
		return causeProcesses
	case w.stdout.bytes()+w.stderr.bytes() > w.limits.MaxOutputBytes:
		return causeOutput
	case grown > w.limits.DiskBytes:
		return causeDisk
	}
	return ""
}

func (w *watch) growth() int64 {
	now := w.disk.used()
	if now == notRead || w.diskBefore == notRead {
		return notRead
	}
	w.grown = max(w.grown, now-w.diskBefore)
	return now - w.diskBefore
}

// lookInterval: short programs are looked at closely; a long one must not keep the runner awake 500 times a second.
func lookInterval(age time.Duration) time.Duration {
	switch {
	case age < 200*time.Millisecond:
		return 2 * time.Millisecond
	case age < time.Second:
		return 5 * time.Millisecond
	default:
		return 25 * time.Millisecond
	}
}
