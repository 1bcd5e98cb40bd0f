package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What an ordinary sender and an ordinary program may rely on.

func TestHello(t *testing.T) {
	r := verdict(t, python("import sys\nprint('hello')\nprint('oops', file=sys.stderr)\n"))
	if r.stdout.data != "hello\n" || r.stderr.data != "oops\n" {
		t.Errorf("stdout %q, stderr %q", r.stdout.data, r.stderr.data)
	}
	got := r.end
	if got.Cause != causeExit || got.ExitCode != 0 || got.Signal != "" || got.Message != "" || r.result.ID != "test" {
		t.Errorf("%+v", got)
	}
	if !r.result.Seccomp || r.result.Network != networkOff || r.result.NetworkMs != notRead {
		t.Errorf("%+v", got)
	}
	if got.WallMs <= 0 || got.CPUMs <= 0 || got.PeakProcesses != 1 {
		t.Errorf("%+v", got)
	}
	// This box shows no cgroup at all.
	if r.result.Cgroup != "none" || got.PeakMemoryBytes != notRead || got.OOMKills != notRead {
		t.Errorf("%+v", got)
	}
	started, err := time.Parse(time.RFC3339Nano, got.StartedAt)
	must(t, err)
	finished, err := time.Parse(time.RFC3339Nano, got.FinishedAt)
	must(t, err)
	if d := milliseconds(finished.Sub(started)) - got.WallMs; d < -0.01 || d > 0.01 {
		t.Errorf("%s to %s is not %v ms", got.StartedAt, got.FinishedAt, got.WallMs)
	}
}

func TestHowAProgramEnds(t *testing.T) {
	for _, c := range []struct {
		name, script string
		exit         int
		signal       string
		message      string
	}{
		{"code", "exit 3", 3, "", "The program exited with code 3."},
		{"greatest code", "exit 255", 255, "", "The program exited with code 255."},
		{"signal", "kill -SEGV $$", 139, "SEGV", "The program was ended by signal SEGV."},
		{"killed itself", "kill -KILL $$", 137, "KILL", "The program was ended by signal KILL."},
		{"real-time signal", "kill -34 $$", 162, "RTMIN+2", "The program was ended by signal RTMIN+2."},
		{"looks like a signal", "exit 137", 137, "", "The program exited with code 137."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := verdict(t, shell(c.script)).end
			if got.Cause != causeExit || got.ExitCode != c.exit || got.Signal != c.signal || got.Message != c.message {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	r := verdict(t, python("print('before')\nwhile True: pass\n").limit("wallMs", 3000))
	got := r.end
	if got.Cause != causeTimeout || got.ExitCode != 124 || got.Signal != "" {
		t.Errorf("%+v", got)
	}
	if r.stdout.data != "before\n" || got.WallMs < 3000 || got.CPUMs <= 0 {
		t.Errorf("stdout %q, %+v", r.stdout.data, got)
	}
	if got.Message != "The program was stopped when its wall-clock limit of 3000 ms was over." {
		t.Error(got.Message)
	}
}

func TestTheProgramsSurroundings(t *testing.T) {
	j := python(`
import json, os, resource, stat, sys
print(json.dumps({
    "argv": sys.argv, "cwd": os.getcwd(), "env": dict(os.environ), "stdin": sys.stdin.read(),
    "nice": os.nice(0), "oom": open("/proc/self/oom_score_adj").read().strip(), "umask": os.umask(0),
    "leader": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    "core": resource.getrlimit(resource.RLIMIT_CORE), "tasks": resource.getrlimit(resource.RLIMIT_NPROC),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "pipes": [stat.S_ISFIFO(os.fstat(fd).st_mode) for fd in range(3)],
    "open": sorted(os.listdir("/proc/self/fd"), key=int)[:-1],
    "data": open("a/b/data.txt").read(), "parent": os.getppid(),
    "status": [l.split()[1] for l in open("/proc/self/status") if l.startswith(("NoNewPrivs", "Seccomp:"))],
    "ignored": [l.split()[1] for l in open("/proc/self/status") if l.startswith(("SigBlk", "SigIgn"))],
}))`)
	j.with("argv", []string{"/usr/bin/python3", "main.py", "an argument", "-x"})
	j.with("env", map[string]string{"HOME": "/workspace", "GREETING": "höi = there"})
	j.with("stdin", "some\x00input").limit("tasks", 40).file("a/b/data.txt", "dätä")
	r := checked(t, run(t, box{Env: []string{"KUBERNETES_SERVICE_HOST=10.0.0.1", "SECRET=x"}}, j))
	var got map[string]any
	must(t, json.Unmarshal([]byte(r.stdout.data), &got))
	for key, want := range map[string]string{
		"argv": `["main.py","an argument","-x"]`,
		"cwd":  `"/workspace"`,
		"env": `{"GREETING":"höi = there","HOME":"/workspace","LANG":"C.UTF-8",` +
			`"PATH":"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}`,
		"stdin":   `"some\u0000input"`,
		"nice":    `19`,
		"oom":     `"1000"`,
		"umask":   `18`,
		"leader":  `[true,true]`,
		"core":    `[0,0]`,
		"tasks":   `[40,40]`,
		"files":   `[512,512]`,
		"pipes":   `[true,true,true]`,
		"open":    `["0","1","2"]`,
		"data":    `"dätä"`,
		"parent":  `1`,
		"status":  `["1","2"]`,
		"ignored": `["0000000000000000","0000000001001000"]`, // Python's own: PIPE and XFSZ
	} {
		have, err := json.Marshal(got[key])
		must(t, err)
		if string(have) != want {
			t.Errorf("%s: %s, want %s", key, have, want)
		}
	}
}

func TestUnreadInputDoesNotHoldUpTheEnd(t *testing.T) {
	r := verdict(t, shell("exit 4").with("stdin", strings.Repeat("x", 1<<20)))
	if r.end.ExitCode != 4 {
		t.Errorf("%+v", r.end)
	}
}

func TestAllInputArrives(t *testing.T) {
	r := verdict(t, shell("wc -c").with("stdin", strings.Repeat("x", 1<<20)))
	if strings.TrimSpace(r.stdout.data) != "1048576" {
		t.Errorf("%q", r.stdout.data)
	}
}

func TestAnyBytesInTheOutput(t *testing.T) {
	r := verdict(t, python(`import sys; sys.stdout.buffer.write(bytes(range(256)) + b"\xff\xfe\xc3")`))
	var want []byte
	for i := range 256 {
		want = append(want, byte(i))
	}
	if r.stdout.data != string(want)+"\xff\xfe\xc3" {
		t.Errorf("%q", r.stdout.data)
	}
}

func TestLongOutputKeepsItsEnds(t *testing.T) {
	var all strings.Builder
	for i := 1; i <= 100_000; i++ {
		fmt.Fprintln(&all, i)
	}
	const keep = 200_001
	r := verdict(t, shell("seq 1 100000; seq 1 100000 >&2; exit 1").limit("outputBytes", keep))
	for name, s := range map[string]stream{"stdout": r.stdout, "stderr": r.stderr} {
		head, tail := all.String()[:keep/2], all.String()[all.Len()-(keep-keep/2):]
		if s.data != head+tail {
			t.Errorf("%s: %d bytes that are not the ends", name, len(s.data))
		}
		if want := []int64{keep / 2, int64(all.Len() - (keep - keep/2))}; len(s.gaps) != 2 || s.gaps[0] != want[0] || s.gaps[1] != want[1] {
			t.Errorf("%s: gaps %v, want %v", name, s.gaps, want)
		}
	}
	if r.end.StdoutBytes != int64(all.Len()) || r.end.StderrBytes != int64(all.Len()) {
		t.Errorf("%+v", r.end)
	}
}

func TestNoOutputKept(t *testing.T) {
	r := run(t, box{}, shell("echo hello").limit("outputBytes", 0))
	if r.stdout.data != "" || r.end.StdoutBytes != 6 {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
}

// A program that waits for an answer to what it printed would wait for ever if output were held back.
func TestOutputIsLive(t *testing.T) {
	s := start(t, box{})
	s.send(shell("echo first; while [ ! -e go ]; do sleep 0.02; done; echo second").line())
	s.until(func(e event) bool { return e.Type == "stdout" && string(e.Data) == "first\n" })
	s.touch("go")
	s.until(func(e event) bool { return e.Type == "stdout" && string(e.Data) == "second\n" })
	if r := s.finish(); r.result == nil || r.end.ExitCode != 0 {
		t.Errorf("%+v", r)
	}
}

func TestPeakProcessesCountsProcessesNotThreads(t *testing.T) {
	r := verdict(t, python(`
import subprocess, threading, time
threads = [threading.Thread(target=time.sleep, args=(1,)) for _ in range(10)]
for t in threads: t.start()
children = [subprocess.Popen(["sleep", "1"]) for _ in range(3)]
for c in children: c.wait()
`))
	if r.end.PeakProcesses != 4 || r.end.ExitCode != 0 {
		t.Errorf("%+v, stderr %q", r.end, r.stderr.data)
	}
}

func TestOrdinaryProgramsWorkUnderTheFilter(t *testing.T) {
	r := verdict(t, python(`
import asyncio, concurrent.futures, ctypes, os, random, sqlite3, ssl, subprocess, tempfile, threading, time
db = sqlite3.connect(":memory:"); db.execute("create table t(a)")
with concurrent.futures.ThreadPoolExecutor(4) as pool: assert sum(pool.map(int, "123")) == 6
assert subprocess.run(["sh", "-c", "echo hi | tr a-z A-Z"], capture_output=True, text=True).stdout == "HI\n"
async def main():
    p = await asyncio.create_subprocess_exec("true"); assert await p.wait() == 0
    await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(10)))
asyncio.run(main())
with tempfile.NamedTemporaryFile() as f: f.write(b"x")
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(0); os.urandom(8); os.fork() or os._exit(0); os.wait()
import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
print("fine")
`))
	if r.stdout.data != "fine\n" || r.end.ExitCode != 0 {
		t.Errorf("%+v\n%s", r.end, r.stderr.data)
	}
}

// Most runtimes ignore SIGXFSZ: the program sees an error in its one large file, and must not get away with that.
func TestOneFileBeyondTheLimit(t *testing.T) {
	r := verdict(t, python(`
with open("/tmp/a", "wb") as out:
    while True: out.write(bytes(100_000))
`).limit("diskBytes", 1_000_000))
	if r.end.Cause != causeDisk || r.end.ExitCode != 153 {
		t.Errorf("%+v %s", r.end, r.stderr.data)
	}
}

func TestNoJob(t *testing.T) {
	t.Run("the sender goes without a word", func(t *testing.T) {
		s := start(t, box{})
		must(t, s.stdin.Close())
		mustRefuse(t, s.finish(), exitNoJob, "No job: stdin ended after 0 bytes, before a whole job line came.")
	})
	t.Run("the sender dies on the way", func(t *testing.T) {
		s := start(t, box{})
		whole := shell("echo ran").line()
		s.send(whole[:len(whole)-1])
		must(t, s.stdin.Close())
		mustRefuse(t, s.finish(), exitNoJob, "stdin ended after")
	})
	t.Run("nobody comes", func(t *testing.T) {
		s := start(t, box{Args: []string{"--job-timeout=50ms"}})
		mustRefuse(t, s.finish(), exitNoJob, "No job: none came within 50ms.")
	})
	t.Run("the kubelet ends an idle sandbox", func(t *testing.T) {
		s := start(t, box{})
		s.until(func(e event) bool { return e.Type == "ready" })
		must(t, s.cmd.Process.Signal(syscall.SIGTERM))
		mustRefuse(t, s.finish(), exitNoJob, "told to stop")
	})
}

func mustRefuse(t *testing.T, r record, exit int, message string) {
	t.Helper()
	if r.exit != exit || r.err == nil || !strings.Contains(r.err.Message, message) {
		t.Fatalf("exit %d, error %+v, want %d with %q", r.exit, r.err, exit, message)
	}
	code := map[int]string{70: "no-job", 71: "bad-job", 72: "not-started", 73: "not-isolated", 74: "not-confined", 75: "broken"}[exit]
	if r.err.Code != code || r.last != r.termination || r.result != nil || r.stdout.next+r.stderr.next != 0 {
		t.Errorf("%+v; termination message %q", r, r.termination)
	}
}

func TestBadJob(t *testing.T) {
	for _, c := range []struct{ name, line, message string }{
		{"not JSON", "hello\n", "not a job: invalid character 'h'"},
		{"unknown field", strings.Replace(shell("true").line(), `{`, `{"sudo":true,`, 1), `unknown field "sudo"`},
		{"too long", strings.Repeat(" ", maxJobBytes+1) + "\n", "longer than 8388608 bytes"},
		{"endless", strings.Repeat("x", maxJobBytes+2), "longer than 8388608 bytes"},
		{"path", python("").with("files", []any{text("../x", "")}).line(), `"../x" contains ..`},
		{"twice", python("").with("files", []any{text("x", ""), text("x", "")}).line(), "file exists"},
		{"file as directory", python("").with("files", []any{text("x", ""), text("x/y", "")}).line(), `"x/y" cannot be written: `},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t, box{})
			s.send(c.line)
			r := s.finish()
			mustRefuse(t, r, exitBadJob, c.message)
			if r.start != nil {
				t.Error("start was announced")
			}
		})
	}
}

func TestProgramThatCannotBeExecuted(t *testing.T) {
	for name, c := range map[string]struct{ program, why string }{
		"missing":        {"/usr/bin/no-such-thing", `executing "/usr/bin/no-such-thing" failed: no such file or directory.`},
		"not executable": {"./main.py", "permission denied."},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, box{}, python("").with("argv", []string{c.program}))
			mustRefuse(t, r, exitBadJob, c.why)
		})
	}
}

func TestOnlyTheFirstJobCounts(t *testing.T) {
	s := start(t, box{})
	s.send(shell("echo first").line() + shell("echo second").with("id", "second").line() + "garbage")
	r := checked(t, s.finish())
	if r.stdout.data != "first\n" || r.result.ID != "test" {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
}

func TestLargeJob(t *testing.T) {
	j := shell("wc -c < big").with("files", []any{text("big", strings.Repeat("x", 8_000_000))})
	if r := verdict(t, j); strings.TrimSpace(r.stdout.data) != "8000000" {
		t.Errorf("%q", r.stdout.data)
	}
}

func TestManyFiles(t *testing.T) {
	var files []any
	for i := range maxFiles {
		files = append(files, text(fmt.Sprintf("d%d/f%d", i%7, i), "1"))
	}
	if r := verdict(t, shell("cat d*/f* | wc -c").with("files", files)); strings.TrimSpace(r.stdout.data) != "200" {
		t.Errorf("%q", r.stdout.data)
	}
}

func TestTerminationLogThatCannotBeWritten(t *testing.T) {
	r := run(t, box{ReadOnlyLog: true}, shell("exit 2"))
	if r.exit != 0 || r.result == nil || r.end.ExitCode != 2 || r.termination != "" {
		t.Errorf("exit %d, %+v, %q", r.exit, r.end, r.termination)
	}
}

func TestTerminateDuringARunIsNotTheProgramsEnd(t *testing.T) {
	s := start(t, box{})
	s.send(shell("echo on; while [ ! -e go ]; do sleep 0.02; done; exit 6").line())
	s.until(func(e event) bool { return e.Type == "stdout" })
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	s.touch("go")
	if r := s.finish(); r.result == nil || r.end.ExitCode != 6 {
		t.Errorf("%+v", r)
	}
}

func TestNotPID1(t *testing.T) {
	// Outside a namespace of its own it would kill the machine's processes at the end of the run.
	r := verdict(t, shell("/runner < /dev/null; echo $?"))
	lines := strings.Split(r.stdout.data, "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], "not PID 1") || lines[1] != "72" {
		t.Errorf("%q", r.stdout.data)
	}
}
