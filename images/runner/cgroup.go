package main

import (
	"bytes"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// cgroup reads the container's own accounting, version 1 or 2. All files are opened before any job is there, so that
// nothing a program does later can come between; a file that is missing (gVisor has few of them) reads as notRead.
// Readings allocate nothing and use one buffer: they belong to one goroutine.
type cgroup struct {
	version string // "v1", "v2" or "none"
	usage   reading
	peak    reading
	cache   reading // page cache, with what is in tmpfs
	shmem   reading // what is in tmpfs alone
	oom     reading
	cpu     reading
}

// reading is one number in one file: the whole content, or the line that starts with key.
type reading struct {
	fd   int
	key  string
	unit int64 // multiplies the number
	buf  []byte
}

// openCgroup looks for the hierarchies below dir. Sources: the kernel's admin-guide, cgroup-v1/memory, cgroup-v1/cpuacct
// and cgroup-v2. memory.peak came with 5.19 and the oom_kill line of version 1 with 4.13.
func openCgroup(dir string) *cgroup {
	buf := make([]byte, 16<<10) // memory.stat, the longest, has about 2 KB
	open := func(key string, unit time.Duration, names ...string) reading {
		for _, name := range names {
			if fd, err := unix.Open(filepath.Join(dir, name), unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
				return reading{fd, key, int64(unit), buf}
			}
		}
		return reading{fd: -1}
	}
	if exists(filepath.Join(dir, "cgroup.controllers")) {
		return &cgroup{
			version: "v2",
			usage:   open("", 1, "memory.current"),
			peak:    open("", 1, "memory.peak"),
			cache:   open("file", 1, "memory.stat"),
			shmem:   open("shmem", 1, "memory.stat"),
			oom:     open("oom_kill", 1, "memory.events"),
			cpu:     open("usage_usec", time.Microsecond, "cpu.stat"),
		}
	}
	c := &cgroup{
		version: "v1",
		usage:   open("", 1, "memory/memory.usage_in_bytes"),
		peak:    open("", 1, "memory/memory.max_usage_in_bytes"),
		cache:   open("cache", 1, "memory/memory.stat"),
		shmem:   open("shmem", 1, "memory/memory.stat"),
		oom:     open("oom_kill", 1, "memory/memory.oom_control"),
		cpu:     open("", time.Nanosecond, "cpuacct/cpuacct.usage", "cpu,cpuacct/cpuacct.usage"),
	}
	if c.usage.fd < 0 && c.peak.fd < 0 && c.oom.fd < 0 && c.cpu.fd < 0 {
		c.version = "none"
	}
	return c
}

// pageCache is what the kernel has read of files and would give up for the asking; 0 where it does not say.
func (c *cgroup) pageCache() int64 {
	cache, shmem := c.cache.now(), c.shmem.now()
	if cache == notRead || shmem == notRead {
		return 0
	}
	return max(0, cache-shmem)
}

func exists(path string) bool {
	return unix.Access(path, unix.F_OK) == nil
}

// now returns the number as it is at this moment, or notRead.
func (r reading) now() int64 {
	if r.fd < 0 {
		return notRead
	}
	n, err := unix.Pread(r.fd, r.buf, 0)
	if err != nil {
		return notRead
	}
	v := parseReading(r.buf[:n], r.key)
	if v == notRead {
		return notRead
	}
	return v * r.unit
}

// parseReading finds the number in a file's text: all of it, or what follows key on a line of its own.
func parseReading(text []byte, key string) int64 {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte{'\n'})
		if key == "" {
			return parseNumber(line)
		}
		if len(line) > len(key) && string(line[:len(key)]) == key && line[len(key)] == ' ' {
			return parseNumber(line[len(key)+1:])
		}
	}
	return notRead
}

func parseNumber(digits []byte) int64 {
	v := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' || v > (1<<63-1-9)/10 {
			return notRead
		}
		v = v*10 + int64(c-'0')
	}
	if len(digits) == 0 {
		return notRead
	}
	return v
}
