package main

import (
	"slices"
	"testing"
)

// BenchmarkStage measures what confinement adds to a step in a warm sandbox: from the step's description until it is
// confined, and from the word until the program has replaced the stage.
func BenchmarkStage(b *testing.B) {
	var confining, executing []float64
	for range b.N {
		o := try(b, trial{
			Spec:  spec{Argv: []string{"./program", "--version"}, Confine: confine{Read: pythonNeeds, Write: []string{"/tmp"}}},
			Files: map[string]string{workspaceDir + "/program": staticProgram},
		})
		o.mustPrint(b, version+"\n")
		confining = append(confining, milliseconds(o.Confine))
		executing = append(executing, milliseconds(o.Execute))
	}
	for name, values := range map[string][]float64{"confine": confining, "execute": executing} {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], name+"-p50-ms")
		b.ReportMetric(values[0], name+"-min-ms")
	}
}
