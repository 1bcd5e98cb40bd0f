package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// The stage is the runner executed once more, as `runner stage`, in the process that will become the program. It takes
// a spec from the runner over descriptor 3, gives up what the program must not have, says how that went, waits for the
// word and executes the program. The spec travels on the descriptor, so no argument or environment variable of the
// runner's making is ever visible in /proc.

const controlFD = 3

// spec is what the stage is told.
type spec struct {
	Dir        string   `json:"dir"` // the program's folder, absolute; also what relative paths of Confine start from
	Argv       []string `json:"argv"`
	Env        []string `json:"env"` // the whole environment, name=value
	Tasks      int      `json:"tasks"`
	FileBytes  int64    `json:"fileBytes"`  // RLIMIT_FSIZE; 0: none
	CPUSeconds int64    `json:"cpuSeconds"` // RLIMIT_CPU; 0: none
	Confine    confine  `json:"confine"`
}

// report is what the stage tells: once when it is confined, and once more only if the program could not be executed.
type report struct {
	Doing   string     `json:"doing"` // set when a step failed, then with Errno
	Errno   unix.Errno `json:"errno"`
	Seccomp bool       `json:"seccomp"` // the filter is in force, tried and not only loaded
	// Landlock is the kernel's ABI version when the rules of Confine are in force, else 0.
	Landlock int `json:"landlock"`
}

const (
	niceness     = 19   // the lowest priority, so that the runner gets its turn also in a fork bomb
	oomScoreAdj  = 1000 // the kernel's first choice when memory runs out, in place of the runner
	openFiles    = 1024
	programUmask = 0o022
)

func stageMain() {
	// Priority, no_new_privs and the filter belong to a thread; the one that has them must be the one that executes.
	runtime.LockOSThread()
	control := os.NewFile(controlFD, "control")
	closeOnExec(controlFD) // also what the container runtime may have left open
	r := settle()
	warm(&spec{Argv: []string{""}, Env: []string{""}})
	warm(&r)

	var s spec
	if err := receive(control, &s); err != nil {
		os.Exit(exitNotStarted)
	}
	if r.Doing == "" {
		r = giveUp(s, r)
	}
	if err := send(control, r); err != nil || r.Doing != "" {
		os.Exit(exitNotStarted)
	}
	var word [1]byte
	if _, err := io.ReadFull(control, word[:]); err != nil {
		os.Exit(exitNotStarted)
	}
	for n := 1; n <= lastSignal; n++ {
		dispose(n, signalDefault) // what the runner ignores would stay ignored
	}
	err := unix.Exec(s.Argv[0], s.Argv, s.Env)
	send(control, stepFailed("executing "+strconv.Quote(s.Argv[0]), err))
	os.Exit(exitNotStarted)
}

// settle does all that is the same for every job. A warm sandbox has it behind it when its job comes; the filter alone
// takes the kernel 0.3 ms to check and compile.
func settle() report {
	unix.Umask(programUmask)
	// Neither can be refused to someone who only lowers himself, but gVisor and odd profiles may; the run goes on.
	unix.Setpriority(unix.PRIO_PROCESS, 0, niceness)
	os.WriteFile("/proc/self/oom_score_adj", []byte(strconv.Itoa(oomScoreAdj)), 0)
	if err := lowerLimit(unix.RLIMIT_CORE, 0); err != nil {
		return stepFailed("setting RLIMIT_CORE", err)
	}
	if err := lowerLimit(unix.RLIMIT_NOFILE, openFiles); err != nil {
		return stepFailed("setting RLIMIT_NOFILE", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return stepFailed("setting no_new_privs", err)
	}
	// Whether a run without the filter is acceptable is the runner's decision.
	return report{Seccomp: buildFilter().install() == nil && sealed()}
}

// giveUp does what depends on the job.
func giveUp(s spec, settled report) report {
	if err := unix.Chdir(s.Dir); err != nil {
		return stepFailed("entering "+s.Dir, err)
	}
	if err := lowerLimit(unix.RLIMIT_NPROC, uint64(s.Tasks)); err != nil {
		return stepFailed("setting RLIMIT_NPROC", err)
	}
	return settled
}

// lowerLimit sets both limits to value, or to the hard limit in force where that is lower.
func lowerLimit(resource int, value uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(resource, &now); err != nil {
		return err
	}
	value = min(value, now.Max)
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: value, Max: value})
}

func stepFailed(doing string, err error) report {
	errno, _ := err.(unix.Errno)
	return report{Doing: doing, Errno: errno}
}

// closeOnExec marks every descriptor from first on.
func closeOnExec(first int) {
	if unix.CloseRange(uint(first), 1<<31-1, unix.CLOSE_RANGE_CLOEXEC) == nil {
		return
	}
	// Before Linux 5.11.
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if fd, err := strconv.Atoi(e.Name()); err == nil && fd >= first {
			unix.CloseOnExec(fd)
		}
	}
}

// send and receive exchange JSON values, each after its length in four bytes.
func send(w io.Writer, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body))
	return err
}

func receive(r io.Reader, v any) error {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > 4*maxJobBytes {
		return fmt.Errorf("a message of %d bytes", n)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	return json.Unmarshal(body, v)
}

// warm encodes and decodes a value to no purpose but that the code is in memory and the type known when it counts: the
// first time takes ten times as long as the second.
func warm[T any](v *T) {
	body, err := json.Marshal(v)
	if err == nil {
		json.Unmarshal(body, new(T))
	}
}
