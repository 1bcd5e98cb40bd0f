// The runner is PID 1 of a sandbox Pod. It takes one job on stdin, runs it confined, writes the record of the run to
// stdout, leaves nothing alive and exits. docs/runner-protocol.md is its contract. It never starts a second job, and
// it never lets the program hold anything but pipes to it: that is what makes the record worth believing.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "stage" {
		stageMain()
	}
	jobTimeout := flag.Duration("job-timeout", 10*time.Minute, "how long to wait for a job; 0 waits for ever")
	stallTimeout := flag.Duration("stall-timeout", 30*time.Second, "how long to wait for a reader of the output that takes nothing")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Println(version)
		return
	}
	r := &runner{began: time.Now(), jobTimeout: *jobTimeout, stallTimeout: *stallTimeout}
	os.Exit(r.main())
}

type runner struct {
	began        time.Time
	jobTimeout   time.Duration
	stallTimeout time.Duration
	terminate    <-chan os.Signal
	record       *recorder
}

func (r *runner) main() int {
	r.terminate = shield()
	r.record = newRecorder(os.Stdout)
	if os.Getpid() != 1 {
		// Not written to the termination log: who knows whose it is.
		f := &failure{exitNotStarted, "The runner is not PID 1 of its own process namespace, and would kill processes that are not its job's."}
		r.record.await(r.record.end(f.line()), r.stallTimeout)
		return f.exit
	}
	result, f := r.run()
	if f != nil {
		r.conclude(f.line())
		return f.exit
	}
	r.conclude(result)
	return exitReported
}

// run takes the one job from its line to its verdict.
func (r *runner) run() (*resultLine, *failure) {
	r.record.put(readyLine{"ready", protocolVersion, version})
	gate := openGate(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"), r.began)
	group := openCgroup(cgroupDir)
	procs := openCensus()
	p, err := prepare()
	if err != nil {
		return nil, notStarted("preparing its process", err)
	}
	warm(&job{Argv: []string{""}, Files: []file{{}}, Env: map[string]string{"": ""}})
	warm(&resultLine{})
	warm(&spec{})

	line, f := r.awaitJob()
	if f != nil {
		return nil, f
	}
	j, f := decodeJob(line)
	if f != nil {
		return nil, f
	}
	line = nil

	shut := make(chan netAnswer, 1)
	if j.Gate == gateOff {
		gate.forget()
		shut <- netAnswer{networkOff, notRead}
	} else {
		go func() { shut <- gate.wait(gateBound) }()
	}
	if err := p.tell(j); err != nil {
		return nil, notStarted("preparing its process", err)
	}
	if f := writeFiles(workspaceDir, j.Files); f != nil {
		return nil, f
	}
	seccomp, f := p.confined()
	if f != nil {
		return nil, f
	}
	// Where the filter does not hold the program back from the network, only the gate does.
	if j.Gate == gateFirst || j.Gate == gateJoin && !seccomp {
		answer := <-shut
		if answer.network != networkShut {
			return nil, notIsolated(answer.network, gate.target)
		}
		shut <- answer
	}

	stdout := newCapture("stdout", j.Limits.OutputBytes, r.record.nudge)
	stderr := newCapture("stderr", j.Limits.OutputBytes, r.record.nudge)
	begin := time.Now()
	// Written before the first instruction: who does not find this line knows that nothing of the job has run.
	wrote := r.record.put(startLine{"start", j.ID, timestamp(begin)}, stdout, stderr)
	if err := r.record.await(wrote, r.stallTimeout); err != nil {
		return nil, notStarted("announcing it", err)
	}
	meter := group.startMeter()
	if f := p.start(); f != nil {
		return nil, f
	}
	go p.feed(j.Stdin)
	o := supervise(p, begin, time.Duration(j.Limits.WallMs)*time.Millisecond, procs, stdout, stderr)

	result := judge(j, begin, o, meter.stop())
	result.StdoutBytes, result.StderrBytes = stdout.bytes(), stderr.bytes()
	result.Seccomp, result.Cgroup = seccomp, group.version
	answer := <-shut
	result.Network, result.NetworkMs = answer.network, answer.ms
	return &result, nil
}

// awaitJob reads the job line. It gives up when the time is over, and when the kubelet ends the Pod: before there is a
// job, nobody but the kubelet can have sent SIGTERM.
func (r *runner) awaitJob() ([]byte, *failure) {
	type read struct {
		line []byte
		f    *failure
	}
	got := make(chan read, 1)
	go func() {
		line, f := readJobLine(os.Stdin)
		got <- read{line, f}
		// A sender that goes on must not block on a full pipe.
		io.Copy(io.Discard, os.Stdin)
	}()
	var over <-chan time.Time
	if r.jobTimeout > 0 {
		over = time.After(r.jobTimeout)
	}
	select {
	case g := <-got:
		return g.line, g.f
	case <-over:
		return nil, &failure{exitNoJob, fmt.Sprintf("No job: none came within %v.", r.jobTimeout)}
	case <-r.terminate:
		return nil, &failure{exitNoJob, "No job: the sandbox was told to stop before one came."}
	}
}

// conclude writes the verdict to the termination log and then to the record, so that whoever sees the last line knows
// that the durable copy is there. A reader who stalls gets stallTimeout; the verdict does not depend on him.
func (r *runner) conclude(line any) {
	writeTermination(terminationLog, line)
	r.record.await(r.record.end(line), r.stallTimeout)
}

// writeTermination leaves the verdict where the kubelet picks it up. A program can write to that file too, which is why
// this comes when all of them are dead, and why the file is emptied first. Failure changes nothing: the record counts.
func writeTermination(path string, line any) {
	message := appendJSON(nil, line)
	if len(message) > maxTerminationBytes {
		return
	}
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	unix.Write(fd, message)
	unix.Close(fd)
}

func notIsolated(n network, target string) *failure {
	how := "could not be proved shut"
	if n == networkOpen {
		how = "was still open"
	}
	return &failure{exitNotIsolated, fmt.Sprintf("The program was not started: the sandbox's network %s after %v (tried %s).", how, gateBound, target)}
}
