package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkRun measures what the runner adds to a program: from the box's start to `ready` (with the box itself, some
// twenty mounts, in it), from a job to its result in a warm box, and for comparison the same program started directly.
// Medians, and the least values, which are what a machine with nothing else to do would show.
func BenchmarkRun(b *testing.B) {
	var boot, job, plain []float64
	for range b.N {
		began := time.Now()
		s := start(b, box{})
		s.until(func(e event) bool { return e.Type == "ready" })
		boot = append(boot, milliseconds(time.Since(began)))
		time.Sleep(20 * time.Millisecond) // warm: its stage is waiting

		began = time.Now()
		s.send(shell("").with("argv", []string{"/bin/true"}).line())
		s.until(func(e event) bool { return e.Type == "result" })
		job = append(job, milliseconds(time.Since(began)))
		s.finish()

		began = time.Now()
		if err := exec.Command("/bin/true").Run(); err != nil {
			b.Fatal(err)
		}
		plain = append(plain, milliseconds(time.Since(began)))
	}
	for name, values := range map[string][]float64{"boot": boot, "job": job, "plain": plain} {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], name+"-p50-ms")
		b.ReportMetric(values[0], name+"-min-ms")
	}
}

// BenchmarkWatch measures the runner's own processor time while a program does nothing: in its first 200 ms, in the rest
// of the first second, and in the second one.
func BenchmarkWatch(b *testing.B) {
	var first, second, third time.Duration
	for range b.N {
		s := start(b, memoryBox(b, 256<<20))
		s.until(func(e event) bool { return e.Type == "ready" })
		s.send(shell("echo on; sleep 1000").limit("wallMs", 2200).limit("memoryBytes", 200<<20).line())
		s.until(func(e event) bool { return e.Type == "stdout" })
		at := [4]time.Duration{s.ownTime()}
		for i, d := range []time.Duration{200 * time.Millisecond, 800 * time.Millisecond, time.Second} {
			time.Sleep(d)
			at[i+1] = s.ownTime()
		}
		first, second, third = first+at[1]-at[0], second+at[2]-at[1], third+at[3]-at[2]
		s.finish()
	}
	n := float64(b.N)
	b.ReportMetric(milliseconds(first)/n, "first-200ms-ms")
	b.ReportMetric(milliseconds(second)/n, "next-800ms-ms")
	b.ReportMetric(milliseconds(third)/n, "next-1000ms-ms")
}

// ownTime is the processor time of the runner's threads.
func (s *sandbox) ownTime() (sum time.Duration) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	must(s.t, err)
	for _, p := range tasks {
		var ns int64
		text, err := os.ReadFile(p)
		must(s.t, err)
		fmt.Sscan(string(text), &ns)
		sum += time.Duration(ns)
	}
	return sum
}
