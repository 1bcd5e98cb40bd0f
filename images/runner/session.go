package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// session carries one job out: its steps one after another, each with nothing left alive of the one before.
type session struct {
	*runner
	job       *job
	group     *cgroup
	procs     *census
	disk      disk
	workspace *workspace
	collector *collector
	waiting   *process // the first step's, prepared before there was a job
	gate      *gate
	shut      chan netAnswer

	executed bool         // something of the job
	unread   <-chan error // yields when the last step's output and end are written
	ends     []endLine
	written  bool // a step so far could write to files of a program
	seccomp  bool
	landlock int
}

// all is the whole job. Every program is compiled once, before its first run; where that fails it has no runs.
func (s *session) all() *failure {
	compiled := make([]bool, len(s.job.Programs))
	failed := make([]bool, len(s.job.Programs))
	for i, r := range s.job.Runs {
		if s.job.Programs[r.Program].Compile != nil && !compiled[r.Program] {
			compiled[r.Program] = true
			end, f := s.carryOut(s.job.compilation(r.Program))
			if f != nil {
				return f
			}
			failed[r.Program] = !end.succeeded()
		}
		if failed[r.Program] {
			continue
		}
		if _, f := s.carryOut(s.job.run(i)); f != nil {
			return f
		}
		if f := s.bringBack(i); f != nil {
			return f
		}
	}
	return nil
}

// bringBack sends a run's artifacts, before anything is tidied.
func (s *session) bringBack(run int) *failure {
	if s.job.Artifacts == nil {
		return nil
	}
	if s.collector == nil {
		s.collector = newCollector(s.job.Artifacts, func(line any) error {
			return s.record.await(s.record.put(line), s.stallTimeout)
		})
	}
	s.catchUp()
	top, err := openBeneath(s.workspace.top.fd, s.job.Programs[s.job.Runs[run].Program].Dir, openDirectory)
	if err != nil {
		return nil // the run has removed its own folder, or shut it: there is nothing to bring back
	}
	defer unix.Close(top)
	s.collector.collect(run, top) // it fails where nobody reads, and then nobody misses anything
	return nil
}

// carryOut is the life of one step.
func (s *session) carryOut(st *step) (*endLine, *failure) {
	st.number = len(s.ends)
	p, f := s.confine(st)
	if f != nil {
		return nil, f
	}
	defer p.forget()
	s.catchUp()

	stdout := newCapture("stdout", st.limits.OutputBytes, s.record.nudge)
	stderr := newCapture("stderr", st.limits.OutputBytes, s.record.nudge)
	if st.digest {
		stdout.digest = newDigest()
	}
	begin := time.Now()
	if f := s.announce(st, begin, stdout, stderr); f != nil {
		return nil, f
	}
	m := s.group.startMeter(p.pid)
	w := newWatch(begin, st.limits, s.procs, m, s.disk, stdout, stderr)
	if doing, err := p.start(); err != nil {
		f := s.failed(doing, err)
		if errno, ok := err.(unix.Errno); ok && !s.executed && slices.Contains(neverExecutable, errno) {
			f.exit = exitBadJob
		}
		return nil, f
	}
	s.executed = true
	go p.feed(st.stdin)
	o := supervise(p, w)
	if o.undead {
		return nil, s.failed(fmt.Sprintf("killing what was left of step %d", st.number), fmt.Errorf("it was still there after %v", killBound))
	}

	end := judge(st, o, m.stop(), w)
	if stdout.digest != nil {
		end.StdoutSHA256, end.TokensSHA256 = stdout.digest.sums()
	}
	end.Message = clip(end.Message)
	s.ends = append(s.ends, end)
	s.unread = s.record.close(end)
	s.afterwards(st)
	return &end, nil
}

// catchUp waits for the record of the steps so far, so that never more than one step's output is held. A reader who has
// gone, or stalls, is no reason to stop: the termination message remains. After the last step nobody waits here, and
// the termination message comes first.
func (s *session) catchUp() {
	if s.unread != nil {
		s.record.await(s.unread, s.stallTimeout)
		s.unread = nil
	}
}

// confine brings a process to where it waits for the word: the folder is as it has to be, and everything is given up.
func (s *session) confine(st *step) (*process, *failure) {
	p := s.waiting
	s.waiting = nil
	if p == nil {
		var err error
		if p, err = prepare(); err != nil {
			return nil, s.failed("preparing its process", err)
		}
	}
	// Before the stage confines itself: a rule for a path that is not there yet grants nothing.
	if f := s.layFor(st); f != nil {
		return nil, f
	}
	if err := p.tell(st.spec()); err != nil {
		return nil, s.failed("preparing its process", err)
	}
	r, doing, err := p.confined()
	if err != nil {
		return nil, s.failed(doing, err)
	}
	if f := s.checkDefences(r); f != nil {
		return nil, f
	}
	if st.number == 0 {
		return p, s.passGate(r.Seccomp)
	}
	return p, nil
}

func (s *session) layFor(st *step) *failure {
	if st.number == 0 {
		if f := s.workspace.lay(s.job.Programs); f != nil {
			return f
		}
	} else if err := s.workspace.tidy(st.program, s.written); err != nil {
		return s.failed("putting the workspace in order", err)
	}
	if st.kind == kindCompile {
		if err := s.workspace.makeBuild(&s.job.Programs[st.program], s.workspace.folders[st.program]); err != nil {
			return s.failed("making "+buildDir, err)
		}
	}
	return nil
}

// afterwards draws from a step what the next ones need to know of it.
func (s *session) afterwards(st *step) {
	s.written = s.written || s.landlock == 0 || len(st.confine.Write) > 0
	p, folder := &s.job.Programs[st.program], s.workspace.folders[st.program]
	if p.Compile == nil {
		return
	}
	left := 0
	for i, r := range s.job.Runs {
		if r.Program == st.program && (st.kind == kindCompile || i > st.of) {
			left++
		}
	}
	switch {
	case st.kind == kindCompile && left > 1:
		first := s.job.run(slices.IndexFunc(s.job.Runs, func(r execution) bool { return r.Program == st.program }))
		s.workspace.rememberBuild(p, folder, s.landlock == 0 || first.mayWrite(first.dir+"/"+buildDir))
	case left == 0:
		folder.children[buildDir] = anyBuild() // what was remembered may be large
	}
}

// checkDefences compares what is in force in a step with what the job requires.
func (s *session) checkDefences(r report) *failure {
	s.seccomp = r.Seccomp && (s.seccomp || len(s.ends) == 0)
	if len(s.ends) == 0 || r.Landlock < s.landlock {
		s.landlock = r.Landlock
	}
	for _, required := range s.job.Require {
		if required == requireSeccomp && !r.Seccomp || required == requireLandlock && r.Landlock == 0 {
			why := required + " is required and is not in force in this sandbox"
			if s.executed {
				return s.failed("confining its process", errors.New(why))
			}
			return &failure{exitNotConfined, fmt.Sprintf("The program was not started: %s.", why)}
		}
	}
	return nil
}

// passGate waits for the network to be proved shut where nothing else holds the program back from it.
func (s *session) passGate(seccomp bool) *failure {
	if s.job.Gate == gateFirst || s.job.Gate == gateJoin && !seccomp {
		answer := <-s.shut
		if answer.network != networkShut {
			return notIsolated(answer.network, s.gate.target)
		}
		s.shut <- answer
	}
	return nil
}

// announce writes the lines before the step's first instruction. Who does not find `start` knows that nothing of the job
// has run, so that line has to have got through.
func (s *session) announce(st *step, begin time.Time, streams ...*capture) *failure {
	lines := []any{stepLine{"step", st.number, st.kind, st.of, timestamp(begin)}}
	if st.number == 0 {
		lines = slices.Insert(lines, 0, any(startLine{"start", s.job.ID, timestamp(begin)}))
	}
	err := s.record.await(s.record.follow(st.number, streams, lines...), s.stallTimeout)
	if err != nil && st.number == 0 {
		return notStarted("announcing it", err)
	}
	return nil
}

// failed is the runner's own failure.
func (s *session) failed(doing string, err error) *failure {
	if s.executed {
		return broken(doing, err)
	}
	return notStarted(doing, err)
}

// result waits for the gate's answer.
func (s *session) result() *resultLine {
	answer := <-s.shut
	return &resultLine{
		Type: "result", V: protocolVersion, ID: s.job.ID, Steps: len(s.ends),
		Network: answer.network, NetworkMs: answer.ms,
		Seccomp: s.seccomp, Landlock: s.landlock, Cgroup: s.group.version,
	}
}

// followGate has the gate looked at from the job's arrival on, all along its steps.
func (s *session) followGate() {
	s.shut = make(chan netAnswer, 1)
	if s.job.Gate == gateOff {
		s.gate.forget()
		s.shut <- netAnswer{networkOff, notRead}
		return
	}
	go func() { s.shut <- s.gate.wait(gateBound) }()
}

func notIsolated(n network, target string) *failure {
	how := "could not be proved shut"
	if n == networkOpen {
		how = "was still open"
	}
	return &failure{exitNotIsolated, fmt.Sprintf("The program was not started: the sandbox's network %s after %v (tried %s).", how, gateBound, target)}
}
