package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// usage is what a step has used.
type usage struct {
	cpu      time.Duration // notRead where unknown
	oomKills int64         // notRead where unknown
	peak     int64         // bytes of memory; notRead where unknown
}

// meter holds the readings from before a step, and the highest that were seen during it.
type meter struct {
	group    *cgroup
	pid      int // the main process
	cpu      int64
	oom      int64
	peak     int64
	cached   int64 // page cache that earlier steps have left behind
	highest  int64
	own      time.Duration
	children time.Duration
	main     time.Duration // what the main process had used before it became the program
}

func (c *cgroup) startMeter(pid int) *meter {
	m := &meter{group: c, pid: pid, cpu: c.cpu.now(), oom: c.oom.now(), peak: c.peak.now(), cached: c.pageCache(), highest: notRead,
		own: cpuTime(unix.RUSAGE_SELF), children: cpuTime(unix.RUSAGE_CHILDREN), main: processTime(pid)}
	m.memory()
	return m
}

// stop takes the readings once more, when nothing of the step is left alive.
func (m *meter) stop() usage {
	u := usage{cpu: m.time(nil), oomKills: notRead, peak: notRead}
	if oom := m.group.oom.now(); oom != notRead && m.oom != notRead {
		u.oomKills = max(0, oom-m.oom)
	}
	m.memory()
	u.peak = m.highest
	// The kernel's mark misses nothing, but it is of the container's whole life: it speaks of this step if it rose.
	if peak := m.group.peak.now(); peak > m.peak && m.peak != notRead {
		u.peak = peak
	}
	if u.peak != notRead {
		u.peak = max(0, u.peak-m.cached)
	}
	return u
}

// time is the processor time of the step so far. Without a cgroup it is that of the living processes, the runner among
// them left out, and of the dead that the runner has waited for; what was waited for by a living one is missed.
func (m *meter) time(living []int) time.Duration {
	if cpu := m.group.cpu.now(); cpu != notRead && m.cpu != notRead {
		// The runner's own share, its draining of output above all, is not the program's.
		return max(0, time.Duration(cpu-m.cpu)-(cpuTime(unix.RUSAGE_SELF)-m.own))
	}
	children := cpuTime(unix.RUSAGE_CHILDREN)
	if children == notRead || m.children == notRead {
		return notRead
	}
	used := children - m.children
	for _, pid := range living {
		if pid == runnerPID {
			continue
		}
		if t := processTime(pid); t != notRead {
			used += t
		}
		if pid == m.pid && m.main != notRead {
			used -= m.main
		}
	}
	return used
}

const runnerPID = 1

// memory is what the step takes at this moment, without the page cache from before it, or notRead.
func (m *meter) memory() int64 {
	now := m.group.usage.now()
	if now == notRead {
		return notRead
	}
	m.highest = max(m.highest, now)
	return max(0, now-m.cached)
}

// exceeds says whether the step holds more memory than limit. Page cache is not held against it, also its own: the
// kernel gives that up when memory is needed. To ask how much it is costs ten times as much as the usage, so that is
// done only when it matters.
func (m *meter) exceeds(limit int64) bool {
	now := m.memory()
	return limit > 0 && now > limit && now+m.cached-m.group.pageCache() > limit
}

func cpuTime(who int) time.Duration {
	var r unix.Rusage
	if err := unix.Getrusage(who, &r); err != nil {
		return notRead
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// processTime is the processor time of a living process with all its threads, or notRead.
func processTime(pid int) time.Duration {
	// A process's clock has a number made of the pid: MAKE_PROCESS_CPUCLOCK in the kernel's posix-timers.h.
	const schedClock = 2
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|schedClock), &t); err != nil {
		return notRead
	}
	return time.Duration(t.Nano())
}
