package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Each limit ends a step with its own cause, and no other.

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, code string
		limit      string
		value      int64
		cause      cause
		exit       int
		message    string
	}{
		{"cpu", "print('on')\nwhile True: pass", "cpuMs", 300, causeCPU, 152, "The program used more than its 300 ms of processor time."},
		{"cpu of a short life", "import time\nwhile time.process_time() < 0.5: pass", "cpuMs", 5, causeCPU, 152, "5 ms"},
		{"cpu of many threads and children", `
import os
for _ in range(3): os.fork()
print('on')
while True: pass`, "cpuMs", 2000, causeCPU, 152, "2000 ms"},
		{"processes", `
import os, time
for _ in range(4): os.fork() or time.sleep(1000)
time.sleep(1000)`, "processes", 4, causeProcesses, 137, "The program was stopped when it had more than 4 processes."},
		{"output", "import os\nwhile True: os.write(1, b'x' * 10000)", "maxOutputBytes", 1_000_000, causeOutput, 153, "The program wrote more than 1000000 bytes of output."},
		{"output of both streams", "import os\nos.write(1, b'x' * 600)\nos.write(2, b'x' * 600)", "maxOutputBytes", 1000, causeOutput, 153, "1000 bytes"},
		{"disk", `
import os
for i in range(64): open(f"/tmp/{i}", "wb").write(bytes(500_000)); open(f"/workspace/{i}", "wb").write(bytes(500_000))
while True: pass`, "diskBytes", 4_000_000, causeDisk, 153, "The program wrote more than 4000000 bytes of files."},
		{"disk at the end", `
open("/tmp/a", "wb").write(bytes(3_000_000)); open("/workspace/b", "wb").write(bytes(3_000_000))`, "diskBytes", 4_000_000, causeDisk, 153, "4000000 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := verdict(t, python(c.code).limit(c.limit, c.value))
			if r.end.Cause != c.cause || r.end.ExitCode != c.exit || r.end.Signal != "" || !strings.Contains(r.end.Message, c.message) {
				t.Errorf("%+v", r.end)
			}
		})
	}
}

// The kernel's account knows also those whom their parents have waited for.
func TestProcessorTimeOfARealCgroup(t *testing.T) {
	r := checked(t, run(t, memoryBox(t, 256<<20), python(`
import os
while True:
    pid = os.fork()
    if not pid:
        for i in range(1000000): pass
        os._exit(0)
    os.waitpid(pid, 0)
`).limit("cpuMs", 500)))
	if r.end.Cause != causeCPU || r.end.CPUMs < 500 {
		t.Errorf("%+v", r.end)
	}
}

func TestJustWithinTheLimits(t *testing.T) {
	r := verdict(t, python(`
import os, time
children = [os.fork() or time.sleep(0.3) or os._exit(0) for _ in range(3)]
for c in children: os.waitpid(c, 0)
os.write(1, b"x" * 600); os.write(2, b"x" * 400)
open("/tmp/a", "wb").write(bytes(1_000_000))
os.remove("/tmp/a")
open("/tmp/a", "wb").write(bytes(1_000_000))
`).limit("processes", 4).limit("maxOutputBytes", 1000).limit("diskBytes", 2_000_000))
	if r.end.Cause != causeExit || r.end.ExitCode != 0 || r.end.PeakProcesses != 4 {
		t.Errorf("%+v %s", r.end, r.stderr.data)
	}
	if r.end.DiskBytes < 1_000_000 || r.end.DiskBytes > 1_100_000 {
		t.Errorf("%d bytes of disk", r.end.DiskBytes)
	}
}

func TestAProgramEndedByItsFileSize(t *testing.T) {
	r := verdict(t, shell("kill -XFSZ $$"))
	if r.end.Cause != causeDisk || r.end.ExitCode != 153 || r.end.Signal != "" {
		t.Errorf("%+v", r.end)
	}
}

// The first cause in the protocol's order is told, whichever limit was met first.
func TestOrderOfCauses(t *testing.T) {
	r := verdict(t, python("import os, time\nwhile time.process_time() < 0.2: pass\nos.write(1, b'x' * 2000)\nos.kill(os.getpid(), 11)").
		limit("cpuMs", 100).limit("maxOutputBytes", 1000))
	if r.end.Cause != causeCPU {
		t.Errorf("%+v", r.end)
	}
	r = verdict(t, python("import os\nos.write(1, b'x' * 2000)\nos.kill(os.getpid(), 11)").limit("maxOutputBytes", 1000))
	if r.end.Cause != causeOutput {
		t.Errorf("%+v", r.end)
	}
}

func TestMemoryLimitBelowTheContainers(t *testing.T) {
	for name, c := range map[string]struct {
		code  string
		cause cause
	}{
		"beyond": {"x = bytearray(100_000_000)\nimport time\nwhile True: time.sleep(1)", causeMemory},
		"in files": {`
import time
for i in range(10): open(f"/tmp/{i}", "wb").write(bytes(6_000_000))
while True: time.sleep(1)`, causeMemory},
		"within": {"x = bytearray(20_000_000)\nimport time\ntime.sleep(0.1)", causeExit},
	} {
		t.Run(name, func(t *testing.T) {
			r := checked(t, run(t, memoryBox(t, 256<<20), python(c.code).limit("memoryBytes", 50_000_000)))
			if r.end.Cause != c.cause || r.end.OOMKills != 0 {
				t.Errorf("%+v %s", r.end, r.stderr.data)
			}
			if c.cause == causeMemory && (r.end.ExitCode != 137 || r.end.Message != "The program was stopped when it took more than 50000000 bytes of memory.") {
				t.Errorf("%+v", r.end)
			}
		})
	}
}

// Each step has its own readings: the second of them is not told what the first one took.
func TestReadingsAreOfTheStep(t *testing.T) {
	big := "import time\nx = bytearray(80_000_000)\nopen('/tmp/a', 'wb').write(bytes(5_000_000))\nwhile time.process_time() < 0.5: pass\nprint('x')"
	r := checked(t, run(t, memoryBox(t, 256<<20), python(big).again("/bin/sh", "-c", "sleep 0.1")))
	first, second := r.ends[0], r.ends[1]
	if first.PeakMemoryBytes < 80_000_000 || first.CPUMs < 450 || first.DiskBytes < 5_000_000 {
		t.Errorf("%+v", first)
	}
	if second.PeakMemoryBytes > 40_000_000 || second.PeakMemoryBytes <= 0 || second.CPUMs > 300 || second.DiskBytes != 0 || second.StdoutBytes != 0 {
		t.Errorf("%+v", second)
	}
}

func TestALookAllocatesNothing(t *testing.T) {
	out, err := openPlace(t.TempDir())
	must(t, err)
	dir := fixture(t, map[string]string{"cgroup.controllers": "", "memory.current": "5000\n", "memory.peak": "9000\n",
		"memory.stat": "anon 1\nfile 3000\nshmem 1000\n", "memory.events": "oom_kill 0\n", "cpu.stat": "usage_usec 5\n"})
	for name, g := range map[string]*cgroup{"cgroup": openCgroup(dir), "none": openCgroup(t.TempDir())} {
		m := g.startMeter(os.Getpid())
		c := newCapture("stdout", 0, func() {})
		l := limits{WallMs: maxMs, CPUMs: maxMs, MemoryBytes: 1, Processes: maxTasks, MaxOutputBytes: maxBytes, DiskBytes: maxBytes}
		w := newWatch(time.Now(), l, openCensus(), m, disk{[]int{out.fd}}, c, c)
		w.look()
		if n := testing.AllocsPerRun(100, func() { w.look() }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkLook(b *testing.B) {
	out, err := openPlace(b.TempDir())
	must(b, err)
	m := openCgroup(cgroupDir).startMeter(os.Getpid())
	c := newCapture("stdout", 0, func() {})
	l := limits{WallMs: maxMs, CPUMs: maxMs, MemoryBytes: 1 << 40, Processes: maxTasks, MaxOutputBytes: maxBytes, DiskBytes: maxBytes}
	w := newWatch(time.Now(), l, openCensus(), m, disk{[]int{out.fd, out.fd}}, c, c)
	for b.Loop() {
		w.look()
	}
}

func TestPageCacheIsNotHeldAgainstAStep(t *testing.T) {
	dir := fixture(t, map[string]string{"cgroup.controllers": "", "memory.current": "5000\n", "memory.stat": "file 3000\nshmem 1000\n"})
	m := openCgroup(dir).startMeter(os.Getpid())
	for _, c := range []struct {
		usage, stat string
		want        bool
	}{
		{"6000\n", "file 3000\nshmem 1000\n", false}, // 4000 without cache
		{"6001\n", "file 3000\nshmem 1000\n", true},
		{"9000\n", "file 6000\nshmem 1000\n", false}, // grown, but only by cache
		{"9000\n", "file 6000\nshmem 2500\n", true},  // in tmpfs it is no cache
	} {
		must(t, os.WriteFile(filepath.Join(dir, "memory.current"), []byte(c.usage), 0o644))
		must(t, os.WriteFile(filepath.Join(dir, "memory.stat"), []byte(c.stat), 0o644))
		if got := m.exceeds(4000); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
		if m.exceeds(0) {
			t.Error("exceeded no limit")
		}
	}
}

func TestDiskIsCountedOnceAndOnlyInMemory(t *testing.T) {
	shm, err := openPlace("/dev/shm")
	must(t, err)
	proc, err := openPlace("/proc")
	must(t, err)
	if d := openDisk(shm, shm, proc); len(d.fds) != 1 {
		t.Errorf("%d file systems", len(d.fds))
	}
	if got := openDisk(proc).used(); got != notRead {
		t.Errorf("%d bytes", got)
	}
}

// What came after the last look is seen at the end, and the protocol's order decides.
func TestJudge(t *testing.T) {
	st := &step{kind: kindRun, limits: limits{WallMs: 1, CPUMs: 100, Processes: 1, MaxOutputBytes: 10, DiskBytes: 1000}}
	killed := unix.WaitStatus(unix.SIGKILL)
	for _, c := range []struct {
		name   string
		o      outcome
		u      usage
		output int
		grown  int64
		cause  cause
		exit   int
	}{
		{"nothing", outcome{}, usage{}, 10, 1000, causeExit, 0},
		{"nothing known", outcome{}, usage{cpu: notRead, oomKills: notRead, peak: notRead}, 0, notRead, causeExit, 0},
		{"disk", outcome{}, usage{}, 10, 1001, causeDisk, 153},
		{"output", outcome{}, usage{}, 11, 1001, causeOutput, 153},
		{"output before disk", outcome{breach: causeDisk}, usage{}, 11, 0, causeOutput, 153},
		{"processes before output", outcome{breach: causeProcesses}, usage{}, 11, 0, causeProcesses, 137},
		{"cpu before processes", outcome{breach: causeProcesses}, usage{cpu: 101 * time.Millisecond}, 0, 0, causeCPU, 152},
		{"cpu of one the kernel ended", outcome{status: killed}, usage{cpu: 101 * time.Millisecond}, 0, 0, causeCPU, 152},
		{"time before cpu", outcome{breach: causeTimeout}, usage{cpu: time.Second}, 11, 1001, causeTimeout, 124},
		{"memory before all", outcome{breach: causeTimeout}, usage{cpu: time.Second, oomKills: 1}, 11, 1001, causeMemory, 137},
		{"memory below the container's", outcome{breach: causeMemory}, usage{cpu: time.Second}, 11, 1001, causeMemory, 137},
		{"killed", outcome{status: killed}, usage{}, 0, 0, causeExit, 137},
	} {
		stdout, stderr := newCapture("stdout", 0, func() {}), newCapture("stderr", 0, func() {})
		stdout.Write(make([]byte, c.output))
		e := judge(st, c.o, c.u, &watch{limits: st.limits, grown: c.grown, stdout: stdout, stderr: stderr})
		if e.Cause != c.cause || e.ExitCode != c.exit || (e.Message == "") != (e.ExitCode == 0) || (e.Signal != "") != (c.name == "killed") {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}
