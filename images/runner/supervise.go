package main

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// outcome is what became of the main process.
type outcome struct {
	status unix.WaitStatus
	breach cause         // the limit for which the step was stopped, "" when the process ended by itself
	wall   time.Duration // from the step's begin until the process had ended or was killed
	undead bool          // processes were left that could not be killed in time
}

const (
	killInterval = 10 * time.Millisecond
	// killBound is far more than killing ever took, on a node that gives the Pod next to nothing as well.
	killBound = 10 * time.Second
)

// supervise sees a started program through: it returns when the main process has ended or was stopped for a limit,
// nothing of the step is left alive and all its output is captured.
func supervise(p *process, w *watch) outcome {
	var pumps sync.WaitGroup
	pumps.Go(func() { w.stdout.pump(p.stdout) })
	pumps.Go(func() { w.stderr.pump(p.stderr) })
	family := reap(p.pid)

	o := w.until(family)
	o.undead = !killAll(family.gone)

	// What was written is in the pipes by now. End of file need not come by itself: a descriptor that its owner sent
	// to itself over a socket stays open until the kernel collects it.
	for _, f := range []*os.File{p.stdout, p.stderr} {
		f.SetReadDeadline(time.Now())
	}
	pumps.Wait()
	return o
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
