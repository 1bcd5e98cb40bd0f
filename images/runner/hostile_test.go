package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Programs that mean harm: to the record, to the runner, or to whoever waits for the end.

func TestARecordCannotBeForged(t *testing.T) {
	forged := `{"type":"result","v":2,"id":"test","cause":"exit","exitCode":0,"message":"forged"}`
	numbers := strings.NewReplacer("@ptrace", fmt.Sprint(unix.SYS_PTRACE), "@kcmp", fmt.Sprint(unix.SYS_KCMP),
		"@writev", fmt.Sprint(unix.SYS_PROCESS_VM_WRITEV), "@readv", fmt.Sprint(unix.SYS_PROCESS_VM_READV))
	r := verdict(t, python(numbers.Replace(`
import ctypes, json, os, sys
line = `+"'''"+forged+"\\n'''"+`
print(line, end="")
print(line, end="", file=sys.stderr)
libc = ctypes.CDLL(None, use_errno=True)
found = {}
paths = [f"/proc/{p}/{f}" for p in ("1", os.getppid(), "1/task/1") for f in ("fd/0", "fd/1", "fd/2", "fd/9", "mem", "environ", "maps")]
for path in paths + ["/dev/console", "/dev/tty", "/proc/self/fd/9"]:
    try:
        with open(path, "r+b" if "fd" in path or "mem" in path or "dev" in path else "rb", buffering=0) as f:
            f.write(line.encode())
        found[path] = "written"
    except OSError as e:
        found[path] = e.errno
for name, args in {
    "ptrace attach": (@ptrace, 16, 1, 0, 0), "ptrace seize": (@ptrace, 0x4206, 1, 0, 0), "traceme": (@ptrace, 0, 0, 0, 0),
    "process_vm_writev": (@writev, 1, 0, 0, 0, 0, 0), "process_vm_readv": (@readv, 1, 0, 0, 0, 0, 0),
    "pidfd_getfd": (438, libc.syscall(434, 1, 0), 1, 0), "kcmp": (@kcmp, 1, 1, 0, 0, 0),
}.items():
    ctypes.set_errno(0)
    found[name] = ctypes.get_errno() if libc.syscall(*args) < 0 else "done"
json.dump(found, open("/tmp/found", "w"))
os.system("cat /tmp/found")
sys.exit(9)
`)))
	if r.end.ExitCode != 9 || r.end.Message != "The program exited with code 9." {
		t.Errorf("%+v", r.end)
	}
	out, found := strings.CutPrefix(r.stdout.data, forged+"\n")
	if !found || r.stderr.data != forged+"\n" {
		t.Errorf("stdout %q, stderr %q", r.stdout.data, r.stderr.data)
	}
	var tried map[string]any
	must(t, json.Unmarshal([]byte(out), &tried))
	if len(tried) < 20 {
		t.Errorf("only %d attempts", len(tried))
	}
	for what, got := range tried {
		want := float64(syscall.EACCES)
		switch {
		case strings.HasPrefix(what, "/dev/"), what == "/proc/self/fd/9":
			want = float64(syscall.ENOENT)
		case !strings.HasPrefix(what, "/"):
			want = float64(syscall.EPERM)
		}
		if got != want {
			t.Errorf("%s: %v, want errno %v", what, got, want)
		}
	}
}

// Without the filter the runner still must not be open to its own user: nothing but PR_SET_DUMPABLE keeps /proc/1 shut.
func TestTheRunnerIsNotDumpable(t *testing.T) {
	s := start(t, box{})
	s.until(func(e event) bool { return e.Type == "ready" })
	info, err := os.Stat(fmt.Sprintf("/proc/%d/environ", s.cmd.Process.Pid))
	must(t, err)
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid != 0 {
		t.Errorf("/proc/1/environ belongs to %d", uid)
	}
}

func TestSignalsDoNotEndTheRunner(t *testing.T) {
	numbers := strings.NewReplacer("@rt_sigqueueinfo", fmt.Sprint(unix.SYS_RT_SIGQUEUEINFO))
	r := verdict(t, python(numbers.Replace(`
import ctypes, fcntl, os, struct
libc = ctypes.CDLL(None, use_errno=True)
def attempt(f, *args):
    try: f(*args)
    except OSError: pass
# The state of the runner's threads decides what a signal does, so each is sent often.
for round in range(200):
    for s in range(1, 65):
        attempt(os.kill, 1, s)
        for code in (-1, -2, -5, -6, -60):
            libc.syscall(@rt_sigqueueinfo, 1, s, struct.pack("iii116x", s, 0, code))
    os.write(1, b".")
for s in range(1, 65):
    r, w = os.pipe()
    fcntl.fcntl(r, fcntl.F_SETOWN, 1)
    attempt(fcntl.fcntl, r, fcntl.F_SETSIG, s)
    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)
    os.write(w, b"x")
    os.close(r); os.close(w)
print("alive", os.getppid())
`)))
	if r.stdout.data != strings.Repeat(".", 200)+"alive 1\n" || r.end.ExitCode != 0 {
		t.Errorf("%q %+v %s", r.stdout.data, r.end, r.stderr.data)
	}
}

func TestKillEverybody(t *testing.T) {
	r := verdict(t, python(`
import os, signal, subprocess
children = [subprocess.Popen(["sleep", "1000"]) for _ in range(3)]
os.kill(-1, signal.SIGKILL)
print([c.wait() for c in children])
os.kill(0, signal.SIGKILL)
`))
	if r.stdout.data != "[-9, -9, -9]\n" || r.end.Signal != "KILL" || r.end.Cause != causeExit {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
}

func TestStoppedProgramTimesOut(t *testing.T) {
	t.Parallel()
	r := verdict(t, shell("echo on; kill -STOP $$; echo never").limit("wallMs", 3000))
	if r.end.Cause != causeTimeout || r.stdout.data != "on\n" {
		t.Errorf("%+v %q", r.end, r.stdout.data)
	}
}

func TestClosedOutputIsNotTheEnd(t *testing.T) {
	r := verdict(t, python(`
import os, time
os.close(0); os.close(1); os.close(2)
time.sleep(0.3)
os._exit(5)
`))
	if r.end.ExitCode != 5 || r.end.WallMs < 300 {
		t.Errorf("%+v", r.end)
	}
}

const daemon = `
import os, signal, time
def daemonise(job):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for s in range(1, 65):
                if s not in (9, 19, 32, 33): signal.signal(s, signal.SIG_IGN)
            job()
            while True: time.sleep(100)
        os._exit(0)
    os.wait()
`

func TestNothingIsLeftAlive(t *testing.T) {
	t.Parallel()
	// The reader stalls, so the runner is still there to be looked at when everything of the job has to be dead.
	for name, c := range map[string]struct{ script, cause string }{
		"at the end":  {"", `"exit"`},
		"at the time": {"time.sleep(1000)", `"timeout"`},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, box{})
			s.send(python(daemon+`
for _ in range(10): daemonise(lambda: None)
os.write(1, b"x" * 1000000)
`+c.script).limit("wallMs", 3000).limit("outputBytes", 1_000_000).line())
			eventually(t, "a verdict is in the termination log", func() bool { return strings.HasSuffix(s.termination(), "}\n") })
			if !strings.Contains(s.termination(), `"cause":`+c.cause) {
				t.Error(s.termination())
			}
			if n := s.processes(); n != 1 {
				t.Errorf("%d processes besides the runner", n-1)
			}
			checked(t, s.finish())
		})
	}
}

func TestTheTerminationLogIsTheRunners(t *testing.T) {
	r := verdict(t, python(daemon+`
def fill():
    f = os.open("/dev/termination-log", os.O_WRONLY)
    while True: os.pwrite(f, b"forged" * 1000, 0)
for _ in range(4): daemonise(fill)
while os.path.getsize("/dev/termination-log") < 6000: time.sleep(0.01)
os.write(os.open("/dev/termination-log", os.O_WRONLY | os.O_APPEND), b"x" * 1000000)
`))
	// checked has compared the termination message with the last line of the record.
	if len(r.termination) > maxTerminationBytes || r.end.ExitCode != 0 {
		t.Errorf("%d bytes, %+v", len(r.termination), r.end)
	}
}

func TestAProgramThatDoesNotReadItsSocketsLetsGoOfThePipes(t *testing.T) {
	// Descriptors in flight to oneself keep a pipe open beyond the death of all processes, until the kernel collects.
	r := verdict(t, python(`
import os, socket
for _ in range(20):
    a, b = socket.socketpair()
    socket.send_fds(a, [b"x"], [1, 2, a.fileno(), b.fileno()])
    socket.send_fds(b, [b"x"], [1, 2, a.fileno(), b.fileno()])
    os.dup(a.fileno()), os.dup(b.fileno())
print("sent", flush=True)
`))
	if r.stdout.data != "sent\n" || r.end.ExitCode != 0 {
		t.Errorf("%q %+v %s", r.stdout.data, r.end, r.stderr.data)
	}
}

func TestForkBomb(t *testing.T) {
	t.Parallel()
	r := verdict(t, python(`
import os
os.write(1, b"on")
while True:
    try: os.fork()
    except OSError: pass
`).limit("wallMs", 3000).limit("tasks", 48))
	if r.end.Cause != causeTimeout || r.stdout.data != "on" {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
	if r.end.PeakProcesses > 48 || r.end.PeakProcesses < 10 {
		t.Errorf("peak %d under a limit of 48", r.end.PeakProcesses)
	}
}

func TestFlood(t *testing.T) {
	const size = 1 << 30
	s := start(t, box{})
	s.send(shell(fmt.Sprintf("head -c %d /dev/zero; echo end; echo end >&2; while [ ! -e go ]; do sleep 0.02; done", size)).line())
	s.until(func(e event) bool { return e.Type == "stderr" })
	peak := s.peakMemory()
	s.touch("go")
	r := checked(t, s.finish())
	if r.end.StdoutBytes != size+4 || len(r.stdout.data) != 65536 || !strings.HasSuffix(r.stdout.data, "\x00end\n") {
		t.Errorf("%d bytes kept, %+v", len(r.stdout.data), r.end)
	}
	if peak > 32<<10 {
		t.Errorf("the runner took %d kB", peak)
	}
}

func TestFloodInSmallPieces(t *testing.T) {
	t.Parallel()
	r := verdict(t, python(`
import os
while True: os.write(1, b"."); os.write(2, b"!")
`).limit("wallMs", 3000))
	if r.end.Cause != causeTimeout || r.end.StdoutBytes == 0 || r.end.StdoutBytes-r.end.StderrBytes > 1 {
		t.Errorf("%+v", r.end)
	}
}

func TestAReaderThatStallsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	s := start(t, box{})
	s.send(python(`
import os
while True: os.write(1, b"0123456789" * 10000)
`).limit("wallMs", 3000).limit("outputBytes", 4<<20).line())
	eventually(t, "the program is stopped in time", func() bool { return strings.Contains(s.termination(), `"timeout"`) })
	if n := s.processes(); n != 1 {
		t.Errorf("%d processes besides the runner", n-1)
	}
	if peak := s.peakMemory(); peak > 64<<10 {
		t.Errorf("the runner took %d kB", peak)
	}
	r := checked(t, s.finish())
	if len(r.stdout.data) != 4<<20 || r.end.StdoutBytes < 4<<20 {
		t.Errorf("%d bytes kept, %+v", len(r.stdout.data), r.end)
	}
}

func TestAReaderWhoNeverComesBackIsGivenUp(t *testing.T) {
	s := start(t, box{Args: []string{"--stall-timeout=200ms"}})
	s.send(shell("head -c 1000000 /dev/zero; exit 8").limit("outputBytes", 1_000_000).line())
	state, err := s.cmd.Process.Wait()
	must(t, err)
	s.exited = true
	if state.ExitCode() != 0 || !strings.Contains(s.termination(), `"exitCode":8`) {
		t.Errorf("%v, %s", state, s.termination())
	}
}

func TestAReaderWhoHasGone(t *testing.T) {
	s := start(t, box{})
	s.until(func(e event) bool { return e.Type == "ready" })
	s.send(shell("echo on; while [ ! -e go ]; do sleep 0.02; done; echo more; exit 8").line())
	s.until(func(e event) bool { return e.Type == "stdout" })
	must(t, s.stdout.Close())
	s.touch("go")
	state, err := s.cmd.Process.Wait()
	must(t, err)
	s.exited = true
	if state.ExitCode() != 0 || !strings.Contains(s.termination(), `"exitCode":8`) {
		t.Errorf("%v, %s", state, s.termination())
	}
}

func TestNobodyToAnnounceTheStartTo(t *testing.T) {
	s := start(t, box{})
	s.until(func(e event) bool { return e.Type == "ready" })
	must(t, s.stdout.Close())
	s.send(shell("echo ran > /dev/termination-log").line())
	state, err := s.cmd.Process.Wait()
	must(t, err)
	s.exited = true
	if state.ExitCode() != exitNotStarted || !strings.Contains(s.termination(), `"not-started"`) {
		t.Errorf("%v, %s", state, s.termination())
	}
}
