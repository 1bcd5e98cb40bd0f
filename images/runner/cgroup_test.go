package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestParseReading(t *testing.T) {
	const v1oom = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"
	const v2events = "low 0\nhigh 0\nmax 12\noom 4\noom_kill 2\noom_group_kill 1\n"
	const v2cpu = "usage_usec 123456\nuser_usec 100000\nsystem_usec 23456\nnr_periods 0\n"
	for _, c := range []struct {
		text, key string
		want      int64
	}{
		{"5242880\n", "", 5242880},
		{"0\n", "", 0},
		{"max\n", "", notRead},
		{"", "", notRead},
		{"-1\n", "", notRead},
		{"99999999999999999999\n", "", notRead},
		{v1oom, "oom_kill", 3},
		{v2events, "oom_kill", 2},
		{v2events, "oom", 4},
		{v2cpu, "usage_usec", 123456},
		{"oom_kill_disable 1\nunder_oom 0\n", "oom_kill", notRead}, // before Linux 4.13
		{"oom_kill \n", "oom_kill", notRead},
	} {
		if got := parseReading([]byte(c.text), c.key); got != c.want {
			t.Errorf("%q of %q: %d, want %d", c.key, c.text, got, c.want)
		}
	}
}

func fixture(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(p), 0o755))
		must(t, os.WriteFile(p, []byte(text), 0o644))
	}
	return dir
}

func TestMeter(t *testing.T) {
	for _, c := range []struct {
		name, version string
		before, after map[string]string
		peak, kills   int64
		cpu           time.Duration
	}{
		{
			"version 1", "v1",
			map[string]string{"memory/memory.max_usage_in_bytes": "1000\n", "memory/memory.oom_control": "oom_kill_disable 0\noom_kill 1\n", "cpuacct/cpuacct.usage": "5000000000\n"},
			map[string]string{"memory/memory.max_usage_in_bytes": "9000\n", "memory/memory.oom_control": "oom_kill_disable 0\noom_kill 4\n", "cpuacct/cpuacct.usage": "8000000000\n"},
			9000, 3, 3 * time.Second,
		},
		{
			"version 1, both controllers in one", "v1",
			map[string]string{"memory/memory.max_usage_in_bytes": "1000\n", "cpu,cpuacct/cpuacct.usage": "0\n"},
			map[string]string{"cpu,cpuacct/cpuacct.usage": "2000000000\n"},
			notRead, notRead, 2 * time.Second, // the mark is from before the step
		},
		{
			"version 1, cache from before", "v1",
			map[string]string{"memory/memory.max_usage_in_bytes": "9000\n", "memory/memory.usage_in_bytes": "5000\n", "cpuacct/cpuacct.usage": "0\n",
				"memory/memory.stat": "cache 3000\nrss 1000\nshmem 1000\ntotal_cache 5\n"},
			map[string]string{"memory/memory.usage_in_bytes": "7000\n", "cpuacct/cpuacct.usage": "2000000000\n"},
			5000, notRead, 2 * time.Second,
		},
		{
			"version 2, cache from before", "v2",
			map[string]string{"cgroup.controllers": "cpu memory pids\n", "memory.peak": "6000\n", "memory.current": "5000\n", "cpu.stat": "usage_usec 0\n",
				"memory.stat": "anon 1000\nfile 3000\nkernel 100\nshmem 1000\nfile_mapped 7\n"},
			map[string]string{"memory.peak": "9000\n", "cpu.stat": "usage_usec 2000000\n"},
			7000, notRead, 2 * time.Second,
		},
		{
			"version 2", "v2",
			map[string]string{"cgroup.controllers": "cpu memory pids\n", "memory.peak": "1000\n", "memory.events": "oom 1\noom_kill 0\n", "cpu.stat": "usage_usec 5000000\nuser_usec 1\n"},
			map[string]string{"memory.peak": "7000\n", "memory.events": "oom 2\noom_kill 1\n", "cpu.stat": "usage_usec 9000000\nuser_usec 1\n"},
			7000, 1, 4 * time.Second,
		},
		{
			"version 2 before 5.19", "v2",
			map[string]string{"cgroup.controllers": "cpu memory pids\n", "memory.events": "oom 0\noom_kill 2\n", "cpu.stat": "usage_usec 5000000\n"},
			map[string]string{"cpu.stat": "usage_usec 9000000\n"},
			notRead, 0, 4 * time.Second,
		},
		{
			"gVisor", "v1", // no high-water mark, no count of kills
			map[string]string{"memory/memory.usage_in_bytes": "1000\n", "cpuacct/cpuacct.usage": "0\n"},
			map[string]string{"cpuacct/cpuacct.usage": "2000000000\n"},
			1000, notRead, 2 * time.Second,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := fixture(t, c.before)
			g := openCgroup(dir)
			m := g.startMeter(os.Getpid())
			for name, text := range c.after {
				must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			const burn = 100 * time.Millisecond // the runner's own work
			for cpuTime(unix.RUSAGE_SELF)-m.own < burn {
			}
			u := m.stop()
			if g.version != c.version || u.peak != c.peak || u.oomKills != c.kills {
				t.Errorf("%s %+v", g.version, u)
			}
			if u.cpu > c.cpu-burn || u.cpu < c.cpu-time.Second {
				t.Errorf("%v of processor time, want %v", u.cpu, c.cpu)
			}
		})
	}
}

func TestMeterWithoutCgroup(t *testing.T) {
	g := openCgroup(t.TempDir())
	u := g.startMeter(os.Getpid()).stop()
	if g.version != "none" || u.peak != notRead || u.oomKills != notRead || u.cpu < 0 {
		t.Errorf("%s %+v", g.version, u)
	}
}

// The readings of version 2 all the way to the verdict, with files in the kernel's place.
func TestVerdictFromVersion2(t *testing.T) {
	dir := fixture(t, map[string]string{"cgroup.controllers": "cpu memory\n", "memory.peak": "1000000\n",
		"memory.events": "low 0\noom 7\noom_kill 7\n", "cpu.stat": "usage_usec 1000\n"})
	for _, c := range []struct {
		kills string
		cause cause
		exit  int
	}{{"7", causeExit, 3}, {"9", causeMemory, 137}} {
		s := start(t, box{Cgroup: map[string]string{"": dir}})
		s.send(shell("echo on; while [ ! -e go ]; do sleep 0.02; done; exit 3").line())
		s.until(func(e event) bool { return e.Type == "stdout" })
		for name, text := range map[string]string{"memory.peak": "54321000\n", "cpu.stat": "usage_usec 60001000\n",
			"memory.events": "low 0\noom 7\noom_kill " + c.kills + "\n"} {
			must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
		s.touch("go")
		r := s.finish()
		got := r.end
		if r.result == nil || r.result.Cgroup != "v2" || got.Cause != c.cause || got.ExitCode != c.exit || got.PeakMemoryBytes != 54321000 {
			t.Errorf("%+v", got)
		}
		if got.CPUMs > 60_000 || got.CPUMs < 50_000 {
			t.Errorf("%v ms of processor time, want a little less than 60000", got.CPUMs)
		}
		must(t, os.WriteFile(filepath.Join(dir, "cpu.stat"), []byte("usage_usec 1000\n"), 0o644))
		must(t, os.WriteFile(filepath.Join(dir, "memory.peak"), []byte("1000000\n"), 0o644))
		must(t, os.WriteFile(filepath.Join(dir, "memory.events"), []byte("low 0\noom 7\noom_kill 7\n"), 0o644))
	}
}

// memoryBox is a box with a real memory cgroup of the kernel's, of whichever version the machine has.
func memoryBox(t testing.TB, limit int64) box {
	t.Helper()
	const top = "/sys/fs/cgroup"
	name := "codeexec-runner-test-" + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatInt(lastUID.Add(1), 10)
	make := func(dir string) string {
		must(t, os.Mkdir(dir, 0o755))
		t.Cleanup(func() {
			eventually(t, "the cgroup is empty", func() bool { return os.Remove(dir) == nil })
		})
		return dir
	}
	number := strconv.FormatInt(limit, 10)
	if exists(top + "/cgroup.controllers") {
		must(t, os.WriteFile(top+"/cgroup.subtree_control", []byte("+memory +cpu"), 0))
		dir := make(filepath.Join(top, name))
		must(t, os.WriteFile(dir+"/memory.max", []byte(number), 0))
		os.WriteFile(dir+"/memory.swap.max", []byte("0"), 0) // where there is swap at all
		return box{Cgroup: map[string]string{"": dir}, JoinCgroups: []string{dir + "/cgroup.procs"}}
	}
	memory := make(filepath.Join(top, "memory", name))
	must(t, os.WriteFile(memory+"/memory.limit_in_bytes", []byte(number), 0))
	cpu := make(filepath.Join(top, "cpuacct", name))
	return box{
		Cgroup:      map[string]string{"memory": memory, "cpuacct": cpu},
		JoinCgroups: []string{memory + "/cgroup.procs", cpu + "/cgroup.procs"},
	}
}

func TestReadingsOfARealCgroup(t *testing.T) {
	r := checked(t, run(t, memoryBox(t, 256<<20), python(`
import time
x = bytearray(80_000_000)
while time.process_time() < 0.5: pass
`)))
	got := r.end
	if got.Cause != causeExit || got.ExitCode != 0 || got.OOMKills != 0 {
		t.Errorf("%+v", got)
	}
	if got.PeakMemoryBytes < 80_000_000 || got.PeakMemoryBytes > 160_000_000 {
		t.Errorf("peak of %d bytes", got.PeakMemoryBytes)
	}
	if got.CPUMs < 450 || got.CPUMs > 5000 {
		t.Errorf("%v ms of processor time", got.CPUMs)
	}
}

func TestOutOfMemory(t *testing.T) {
	for name, code := range map[string]string{
		"the program": "x = bytearray(500_000_000)\nprint('never')",
		"only a child": `
import subprocess, sys
p = subprocess.run([sys.executable, "-c", "x = bytearray(500_000_000)"])
assert p.returncode == -9, p
sys.exit(0)`,
	} {
		t.Run(name, func(t *testing.T) {
			r := checked(t, run(t, memoryBox(t, 128<<20), python(code)))
			got := r.end
			if got.Cause != causeMemory || got.ExitCode != 137 || got.Signal != "" || got.OOMKills < 1 {
				t.Errorf("%+v %s", got, r.stderr.data)
			}
			if !strings.Contains(got.Message, "out of memory") || r.stdout.data != "" {
				t.Errorf("%q %q", got.Message, r.stdout.data)
			}
		})
	}
}
