package main

import (
	"os"
	"path"
	"strings"
)

// step is one process tree: a compilation, or a run.
type step struct {
	number  int
	kind    stepKind
	of      int // index of the program, or of the run
	program int // index of the program
	dir     string
	argv    []string
	env     map[string]string
	stdin   string
	digest  bool
	limits  limits
	confine confine
}

func (j *job) compilation(of int) *step {
	p := &j.Programs[of]
	c := p.Compile
	return &step{kind: kindCompile, of: of, program: of, dir: p.dir(), argv: c.Argv, env: c.Env, limits: c.Limits, confine: c.Confine}
}

func (j *job) run(of int) *step {
	r := &j.Runs[of]
	return &step{kind: kindRun, of: of, program: r.Program, dir: j.Programs[r.Program].dir(), argv: r.Argv, env: r.Env,
		stdin: r.Stdin, digest: r.Digest, limits: r.Limits, confine: j.Confine}
}

// spec is what the stage is told of a step.
func (s *step) spec() spec {
	return spec{
		Dir: s.dir, Argv: s.argv, Env: environment(s.env), Tasks: s.limits.Tasks,
		// A page above the limit: who ignores SIGXFSZ, as most runtimes do, must get beyond it in one file, to be counted.
		FileBytes: s.limits.DiskBytes + int64(os.Getpagesize()),
		// The runner's own count comes first; the kernel's is per process and knows whole seconds only.
		CPUSeconds: (s.limits.CPUMs+999)/1000 + 1,
		Confine:    s.confine,
	}
}

// mayWrite says whether the step's rights reach to a path, or to something beneath it.
func (s *step) mayWrite(p string) bool {
	for _, w := range s.confine.Write {
		if !path.IsAbs(w) {
			w = path.Join(s.dir, w)
		}
		w = strings.TrimSuffix(path.Clean(w), "/") + "/"
		if strings.HasPrefix(p+"/", w) || strings.HasPrefix(w, p+"/") {
			return true
		}
	}
	return false
}

// succeeded says whether what comes after the step makes sense.
func (e *endLine) succeeded() bool { return e.Cause == causeExit && e.ExitCode == 0 }
