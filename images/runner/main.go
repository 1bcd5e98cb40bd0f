// The runner is PID 1 of a sandbox Pod. It takes one job on stdin, carries out its steps confined, writes the record
// of them to stdout, leaves nothing alive and exits. docs/runner-protocol.md is its contract. It never starts a second job, and
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
	unix.Umask(0) // modes are as the protocol says
	r.record = newRecorder(os.Stdout)
	if os.Getpid() != 1 {
		// Not written to the termination log: who knows whose it is.
		f := &failure{exitNotStarted, "The runner is not PID 1 of its own process namespace, and would kill processes that are not its job's."}
		r.record.await(r.record.end(f.line()), r.stallTimeout)
		return f.exit
	}
	s, f := r.open()
	if f == nil {
		f = s.all()
	}
	if f != nil {
		r.conclude(f.line(), f.line())
		return f.exit
	}
	result := s.result()
	r.conclude(*result, withEnds(*result, s.ends))
	return exitReported
}

// open gets everything ready for a job, awaits it, and refuses what is none.
func (r *runner) open() (*session, *failure) {
	r.record.put(readyLine{"ready", protocolVersion, version})
	s := &session{runner: r}
	s.gate = openGate(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"), r.began)
	s.group = openCgroup(cgroupDir)
	s.procs = openCensus()
	var err error
	if s.waiting, err = prepare(); err != nil {
		return nil, notStarted("preparing its process", err)
	}
	var f *failure
	if s.workspace, f = openWorkspace(); f != nil {
		return nil, f
	}
	s.disk = s.workspace.disk()
	warm(&job{Programs: []program{{Files: []file{{}}, Compile: &compilation{}}}, Runs: []execution{{Env: map[string]string{"": ""}}}})
	warm(&resultLine{})
	warm(&endLine{})
	warm(&spec{})

	line, f := r.awaitJob()
	if f != nil {
		return nil, f
	}
	if s.job, f = decodeJob(line); f != nil {
		return nil, f
	}
	s.followGate()
	return s, nil
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
func (r *runner) conclude(last, termination any) {
	writeTermination(terminationLog, termination)
	r.record.await(r.record.end(last), r.stallTimeout)
}
