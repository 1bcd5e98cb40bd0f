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
	"syscall"
	"unsafe"

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
	openFiles    = 512
	programUmask = 0o022
	stackBytes   = 64 << 20
)

// fixedLimits are the same for every program. Each of them is counted for one process, or for a user that only this
// sandbox has.
var fixedLimits = []struct {
	name     string
	resource int
	value    uint64
}{
	{"RLIMIT_CORE", unix.RLIMIT_CORE, 0},
	{"RLIMIT_NOFILE", unix.RLIMIT_NOFILE, openFiles},
	{"RLIMIT_MEMLOCK", unix.RLIMIT_MEMLOCK, 64 << 10}, // room for a cryptographic key or two
	{"RLIMIT_MSGQUEUE", unix.RLIMIT_MSGQUEUE, 0},
	{"RLIMIT_SIGPENDING", unix.RLIMIT_SIGPENDING, 1024}, // timers count too
	{"RLIMIT_NICE", unix.RLIMIT_NICE, 0},
	{"RLIMIT_RTPRIO", unix.RLIMIT_RTPRIO, 0},
}

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
	var key execKey
	if r.Doing == "" {
		r, key = giveUp(s, r)
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
	err := execute(s, key)
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
	for _, l := range fixedLimits {
		// Linux never answers EPERM to someone who lowers himself; gVisor does where it knows a limit by name only.
		if err := lowerLimit(l.resource, l.value); err != nil && err != unix.EPERM {
			return stepFailed("setting "+l.name, err)
		}
	}
	if err := softLimit(unix.RLIMIT_STACK, stackBytes); err != nil {
		return stepFailed("setting RLIMIT_STACK", err)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return stepFailed("setting no_new_privs", err)
	}
	// Whether a run without the filter is acceptable is the runner's decision.
	return report{Seccomp: commonFilter().install() == nil && sealed()}
}

// giveUp does what depends on the job. Without Landlock or without filters it goes on: whether a run is acceptable then
// is the runner's decision.
func giveUp(s spec, settled report) (report, execKey) {
	var key execKey
	if err := unix.Chdir(s.Dir); err != nil {
		return stepFailed("entering "+s.Dir, err), key
	}
	if err := lowerLimit(unix.RLIMIT_NPROC, uint64(s.Tasks)); err != nil {
		return stepFailed("setting RLIMIT_NPROC", err), key
	}
	if s.FileBytes > 0 {
		if err := lowerLimit(unix.RLIMIT_FSIZE, uint64(s.FileBytes)); err != nil {
			return stepFailed("setting RLIMIT_FSIZE", err), key
		}
	}
	if s.CPUSeconds > 0 {
		// SIGXCPU, and SIGKILL a second later.
		seconds := uint64(s.CPUSeconds)
		if err := lowerLimit(unix.RLIMIT_CPU, seconds+1); err != nil {
			return stepFailed("setting RLIMIT_CPU", err), key
		}
		if err := softLimit(unix.RLIMIT_CPU, seconds); err != nil {
			return stepFailed("setting RLIMIT_CPU", err), key
		}
	}
	r := restrict(s, settled)
	if r.Doing != "" {
		return r, key
	}
	var random [16]byte
	if _, err := unix.Getrandom(random[:], 0); err != nil {
		return stepFailed("drawing a random number", err), key
	}
	key = execKey{binary.NativeEndian.Uint64(random[:8]), binary.NativeEndian.Uint64(random[8:])}
	r.Seccomp = r.Seccomp && stepFilter(s.Confine, key).install() == nil && sealedFor(s.Confine)
	return r, key
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

// softLimit sets the limit in force to value, or to the hard limit where that is lower.
func softLimit(resource int, value uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(resource, &now); err != nil {
		return err
	}
	return unix.Setrlimit(resource, &unix.Rlimit{Cur: min(value, now.Max), Max: now.Max})
}

// execute replaces the stage by the program. The key goes where the step's filter looks for it.
func execute(s spec, key execKey) error {
	path, err := unix.BytePtrFromString(s.Argv[0])
	if err != nil {
		return err
	}
	argv, err := syscall.SlicePtrFromStrings(s.Argv)
	if err != nil {
		return err
	}
	env, err := syscall.SlicePtrFromStrings(s.Env)
	if err != nil {
		return err
	}
	_, _, e := unix.RawSyscall6(unix.SYS_EXECVE, uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&argv[0])),
		uintptr(unsafe.Pointer(&env[0])), 0, uintptr(key[0]), uintptr(key[1]))
	return e
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
