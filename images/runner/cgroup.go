package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cgroup reads the container's own accounting, version 1 or 2. All files are opened before any job is there, so that
// nothing a program does later can come between; a file that is missing (gVisor has few of them) reads as notRead.
type cgroup struct {
	version string // "v1", "v2" or "none"
	peak    reading
	oom     reading
	cpu     reading
}

// reading is one number in one file: the whole content, or the line that starts with key.
type reading struct {
	fd   int
	key  string
	unit int64 // multiplies the number
}

// openCgroup looks for the hierarchies below dir. Sources: the kernel's admin-guide, cgroup-v1/memory, cgroup-v1/cpuacct
// and cgroup-v2. memory.peak came with 5.19 and the oom_kill line of version 1 with 4.13.
func openCgroup(dir string) *cgroup {
	if exists(filepath.Join(dir, "cgroup.controllers")) {
		return &cgroup{
			version: "v2",
			peak:    openReading("", 1, filepath.Join(dir, "memory.peak")),
			oom:     openReading("oom_kill", 1, filepath.Join(dir, "memory.events")),
			cpu:     openReading("usage_usec", int64(time.Microsecond), filepath.Join(dir, "cpu.stat")),
		}
	}
	c := &cgroup{
		version: "v1",
		peak:    openReading("", 1, filepath.Join(dir, "memory/memory.max_usage_in_bytes")),
		oom:     openReading("oom_kill", 1, filepath.Join(dir, "memory/memory.oom_control")),
		cpu: openReading("", int64(time.Nanosecond),
			filepath.Join(dir, "cpuacct/cpuacct.usage"), filepath.Join(dir, "cpu,cpuacct/cpuacct.usage")),
	}
	if c.peak.fd < 0 && c.oom.fd < 0 && c.cpu.fd < 0 {
		c.version = "none"
	}
	return c
}

func exists(path string) bool {
	return unix.Access(path, unix.F_OK) == nil
}

func openReading(key string, unit int64, paths ...string) reading {
	for _, p := range paths {
		if fd, err := unix.Open(p, unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
			return reading{fd, key, unit}
		}
	}
	return reading{fd: -1}
}

// now returns the number as it is at this moment, or notRead.
func (r reading) now() int64 {
	if r.fd < 0 {
		return notRead
	}
	var buf [4096]byte // cpu.stat, the longest, has about 500 bytes
	n, err := unix.Pread(r.fd, buf[:], 0)
	if err != nil {
		return notRead
	}
	v := parseReading(string(buf[:n]), r.key)
	if v == notRead {
		return notRead
	}
	return v * r.unit
}

// parseReading finds the number in a file's text: all of it, or what follows key on a line of its own.
func parseReading(text, key string) int64 {
	for line := range strings.Lines(text) {
		if key != "" {
			rest, found := strings.CutPrefix(line, key+" ")
			if !found {
				continue
			}
			line = rest
		}
		if v, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64); err == nil && v >= 0 {
			return v
		}
		return notRead
	}
	return notRead
}

// usage is what a run has used: the difference of two meters' readings.
type usage struct {
	cpu      time.Duration // notRead where unknown
	oomKills int64         // notRead where unknown
	peak     int64         // notRead where unknown; of the container's whole life, but before its job only the runner was there
}

// meter holds the readings from before a run.
type meter struct {
	group    *cgroup
	cpu      int64
	oom      int64
	own      time.Duration
	children time.Duration
}

func (c *cgroup) startMeter() *meter {
	return &meter{c, c.cpu.now(), c.oom.now(), cpuTime(unix.RUSAGE_SELF), cpuTime(unix.RUSAGE_CHILDREN)}
}

// stop takes the readings once more, when nothing of the run is left alive.
func (m *meter) stop() usage {
	u := usage{cpu: notRead, oomKills: notRead, peak: m.group.peak.now()}
	if oom := m.group.oom.now(); oom != notRead && m.oom != notRead {
		u.oomKills = max(0, oom-m.oom)
	}
	children := cpuTime(unix.RUSAGE_CHILDREN)
	if cpu := m.group.cpu.now(); cpu != notRead && m.cpu != notRead {
		// The runner's own share, its draining of output above all, is not the program's.
		u.cpu = max(0, time.Duration(cpu-m.cpu)-(cpuTime(unix.RUSAGE_SELF)-m.own))
	} else if children != notRead && m.children != notRead {
		// Misses only what died unreaped by a parent that ignored SIGCHLD.
		u.cpu = children - m.children
	}
	return u
}

func cpuTime(who int) time.Duration {
	var r unix.Rusage
	if err := unix.Getrusage(who, &r); err != nil {
		return notRead
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
