package main

import (
	"os/exec"
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
