package main

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// outcome is what became of the main program.
type outcome struct {
	status        unix.WaitStatus
	timedOut      bool
	wall          time.Duration // from start until the program had ended or was killed
	peakProcesses int
	undead        bool // processes were left that could not be killed in time
}

const (
	killInterval = 10 * time.Millisecond
	killBound    = 2 * time.Second
)

// supervise watches a program that was started at begin, until it ends or its wall-clock time is over, and returns when
// nothing of it is left alive and all its output is captured.
func supervise(p *program, begin time.Time, wall time.Duration, procs *census, stdout, stderr *capture) outcome {
	var pumps sync.WaitGroup
	pumps.Go(func() { stdout.pump(p.stdout) })
	pumps.Go(func() { stderr.pump(p.stderr) })
	family := reap(p.pid)

	o := watch(family, begin, wall, procs)
	o.undead = !killAll(family.gone)
	select {
	case d := <-family.ended:
		o.status = d.status
	default:
	}

	// What was written is in the pipes by now. End of file need not come by itself: a descriptor that its owner sent
	// to itself over a socket stays open until the kernel collects it.
	for _, f := range []*os.File{p.stdout, p.stderr} {
		f.SetReadDeadline(time.Now())
	}
	pumps.Wait()
	return o
}

func watch(family *family, begin time.Time, wall time.Duration, procs *census) outcome {
	o := outcome{peakProcesses: notRead}
	if procs.count() != notRead {
		o.peakProcesses = 1 // the program itself, also when it is gone before the first count
	}
	limit := time.NewTimer(wall - time.Since(begin))
	defer limit.Stop()
	next := time.NewTimer(countInterval(0))
	defer next.Stop()
	for {
		select {
		case d := <-family.ended:
			o.status, o.wall = d.status, d.at.Sub(begin)
			return o
		case <-limit.C:
			select {
			case d := <-family.ended: // by itself, at the last moment
				o.status, o.wall = d.status, d.at.Sub(begin)
			default:
				o.timedOut, o.wall = true, time.Since(begin)
			}
			return o
		case <-next.C:
			o.peakProcesses = max(o.peakProcesses, procs.count())
			next.Reset(countInterval(time.Since(begin)))
		}
	}
}

// countInterval: short programs are counted closely; a long one must not keep the runner awake 200 times a second.
func countInterval(age time.Duration) time.Duration {
	if age < time.Second {
		return 5 * time.Millisecond
	}
	return 25 * time.Millisecond
}

// family is everything that descends from the runner: as PID 1 it inherits whoever loses their parent.
type family struct {
	ended chan death    // yields once, when the main program has ended
	gone  chan struct{} // closed when no child is left
}

type death struct {
	status unix.WaitStatus
	at     time.Time
}

// reap collects the dead until nobody is left. No other code may wait for children meanwhile.
func reap(main int) *family {
	f := &family{make(chan death, 1), make(chan struct{})}
	go func() {
		defer close(f.gone)
		for {
			var status unix.WaitStatus
			// __WALL: also those that were cloned with another signal than SIGCHLD.
			pid, err := unix.Wait4(-1, &status, unix.WALL, nil)
			if err == unix.EINTR {
				continue
			}
			if err != nil { // ECHILD
				return
			}
			// A child that asked to be traced reports stops as well; they are not its end.
			if pid == main && (status.Exited() || status.Signaled()) {
				f.ended <- death{status, time.Now()}
			}
		}
	}()
	return f
}

// killAll kills everything in the process namespace but the runner until nothing is left, and says whether it came to
// that. One round does it almost always: the kernel delivers to all under one lock, and a fork in flight fails.
func killAll(gone <-chan struct{}) bool {
	bound := time.NewTimer(killBound)
	defer bound.Stop()
	again := time.NewTicker(killInterval)
	defer again.Stop()
	for {
		unix.Kill(-1, unix.SIGKILL)
		select {
		case <-gone:
			return true
		case <-bound.C:
			return false
		case <-again.C:
		}
	}
}
