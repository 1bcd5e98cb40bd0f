package main

import (
	"errors"
	"fmt"
	"syscall"
)

// failure is an end without a result. Its message is one sentence that may be shown to whoever reads the status.
type failure struct {
	exit    int
	message string
}

func (f *failure) Error() string { return f.message }

func (f *failure) line() errorLine {
	code := map[int]string{
		exitNoJob:       "no-job",
		exitBadJob:      "bad-job",
		exitNotStarted:  "not-started",
		exitNotIsolated: "not-isolated",
		exitNotConfined: "not-confined",
		exitBroken:      "broken",
	}[f.exit]
	return errorLine{Type: "error", Code: code, Message: clip(f.message)}
}

func badJob(format string, args ...any) *failure {
	return &failure{exitBadJob, fmt.Sprintf(format, args...)}
}

// notStarted is the runner's failure before anything of the job was executed.
func notStarted(doing string, err error) *failure {
	return &failure{exitNotStarted, fmt.Sprintf("The program was not started: %s failed: %v.", doing, bare(err))}
}

// broken is the runner's failure after that.
func broken(doing string, err error) *failure {
	return &failure{exitBroken, fmt.Sprintf("The job broke off: %s failed: %v.", doing, bare(err))}
}

// bare is the cause without the operation and path that an *os.PathError repeats.
func bare(err error) error {
	var e syscall.Errno
	if errors.As(err, &e) {
		return e
	}
	return err
}
