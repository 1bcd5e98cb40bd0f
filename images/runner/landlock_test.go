package main

import (
	"testing"

	"golang.org/x/sys/unix"
)

// If the kernel of this machine has no Landlock these tests fail: a gap in the proof has to be seen.

func TestAStepWithoutRightsRuns(t *testing.T) {
	try(t, pythonTrial("print('hello')")).mustPrint(t, "hello\n")
}

func TestAStaticProgramWithoutRightsRuns(t *testing.T) {
	try(t, trial{
		Spec:  spec{Argv: []string{"./program", "--version"}},
		Files: map[string]string{workspaceDir + "/program": staticProgram},
	}).mustPrint(t, version+"\n")
}

// around is a step with a program's folder of its own, and things near it that are not its own.
func around(code string, c confine) trial {
	c.Read = append(c.Read, pythonNeeds...)
	return trial{
		Spec: spec{Dir: workspaceDir, Argv: []string{"/usr/bin/python3", "-I", "main.py"}, Confine: c},
		Files: map[string]string{
			"/workspace/main.py":      code,
			"/workspace/other/secret": "secret",
			"/workspace/d/file":       "mine",
			"/workspace/d/sub/file":   "mine",
			"/workspace/.build/made":  staticProgram,
			"/dev/shm/outside":        "outside",
			"/tmp/program":            staticProgram,
		},
		Links: map[string]string{"/workspace/way-out": "/workspace/other", "/workspace/up": "../tmp", "/workspace/inside": "d"},
	}
}

func TestNothingCanBeOpenedWithoutARight(t *testing.T) {
	attempted(t, around(`
for p in ("/etc/passwd", "/proc/1/environ", "/proc/1/maps", "/proc/1/mem", "/proc/1/status", "/proc/self/maps", "/proc/meminfo",
          "/dev/termination-log", "/workspace/other/secret", "/dev/shm/outside", "/sys/fs/cgroup", "/tmp", "/workspace", "/", "/dev",
          "/runner", "/proc/self/root/etc/passwd", "/proc/self/cwd/d/file"):
    attempt("read " + p, opened, p, os.O_RDONLY)
for p in ("/dev/termination-log", "/dev/shm/outside", "/workspace/other/secret", "main.py", "d/file", "/usr/bin/python3"):
    attempt("truncate " + p, os.truncate, p, 0)
for p in ("/dev/termination-log", "/dev/shm/outside", "/workspace/other/secret", "main.py", "d/file", "/proc/1/mem",
          "/proc/self/oom_score_adj", "/proc/self/comm", "/proc/self/mem", "/dev/zero", "/dev/urandom"):
    attempt("write " + p, opened, p, os.O_WRONLY)
for p in ("/tmp/new", "/dev/shm/new", "/workspace/new", "new", "d/new", "/proc/self/cwd/new"):
    attempt("make " + p, opened, p, os.O_WRONLY | os.O_CREAT)
attempt("mkdir", os.mkdir, "/tmp/d")
attempt("mkfifo", os.mkfifo, "/tmp/f")
attempt("mknod", os.mknod, "/tmp/c", stat.S_IFCHR | 0o600, 0)
attempt("symlink", os.symlink, "/etc/passwd", "/tmp/l")
attempt("link", os.link, "main.py", "linked.py")
attempt("link elsewhere", os.link, "main.py", "d/main.py")
attempt("unlink", os.unlink, "/dev/shm/outside")
attempt("rmdir", os.rmdir, "/workspace/d/sub")
attempt("rename", os.rename, "main.py", "renamed.py")
attempt("rename elsewhere", os.rename, "d/file", "d/sub/renamed")
attempt("bind a path", lambda: socket.socket(socket.AF_UNIX).bind("/tmp/socket"))
attempt("chmod", os.chmod, "/workspace/other/secret", 0)
attempt("fchmod", lambda: os.fchmod(os.open("main.py", os.O_RDONLY), 0))
attempt("chown", os.chown, "main.py", os.getuid(), os.getgid())
attempt("utime", os.utime, "main.py", (0, 0))
attempt("setxattr", os.setxattr, "main.py", "user.x", b"x")
attempt("read own", opened, "main.py", os.O_RDONLY)
attempt("stat", os.stat, "/etc/passwd")
attempt("walk", os.chdir, "/tmp")
for p in ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/proc/self/fd/1"):
    attempt("device " + p, opened, p, os.O_RDONLY)
attempt("nothing", opened, "/dev/null", os.O_WRONLY | os.O_TRUNC)
attempt("full", lambda: os.write(os.open("/dev/full", os.O_WRONLY), b"x"))
`, confine{}), map[string]string{
		"*":                  "EACCES",
		"read own":           "ok",
		"stat":               "ok", // not Landlock's matter
		"walk":               "ok",
		"device /dev/null":   "ok",
		"device /dev/zero":   "ok",
		"device /dev/full":   "ok",
		"device /dev/random": "ok", "device /dev/urandom": "ok", "device /proc/self/fd/1": "ok",
		"nothing": "ok",
		"full":    "ENOSPC",
	})
}

func TestRightsToReadAndWrite(t *testing.T) {
	attempted(t, around(`
attempt("read beneath", opened, "d/sub/file", os.O_RDONLY)
attempt("list", os.listdir, "d")
attempt("list the folder", os.listdir, ".")
attempt("write what may be read", opened, "d/file", os.O_WRONLY)
attempt("truncate what may be read", os.truncate, "d/file", 0)
attempt("read a file by name", opened, "/dev/shm/outside", os.O_RDONLY)
attempt("its directory", os.listdir, "/dev/shm")
attempt("through a link out", opened, "/workspace/other/secret", os.O_RDONLY)
attempt("through a link up", opened, "/etc/passwd", os.O_RDONLY)
attempt("missing, made later", opened, "missing", os.O_RDWR | os.O_CREAT)

attempt("write", opened, "/tmp/new", os.O_WRONLY | os.O_CREAT)
attempt("write into .build", opened, ".build/new", os.O_WRONLY | os.O_CREAT)
attempt("append", opened, "/tmp/new", os.O_WRONLY | os.O_APPEND)
attempt("truncate", os.truncate, "/tmp/new", 5)
attempt("mkdir", os.mkdir, "/tmp/d")
attempt("link", os.link, "/tmp/new", "/tmp/d/linked")
attempt("rename", os.rename, "/tmp/new", "/tmp/d/renamed")
attempt("rename across rules", os.link, "/tmp/d/linked", ".build/linked")
attempt("symlink", os.symlink, "/etc/passwd", "/tmp/l")
attempt("through a symlink", opened, "/tmp/l", os.O_RDONLY)
attempt("mkfifo", os.mkfifo, "/tmp/f")
attempt("socket", lambda: socket.socket(socket.AF_UNIX).bind("/tmp/s"))
attempt("unlink", os.unlink, "/tmp/d/linked")
attempt("chmod", os.chmod, "/tmp/d", 0o700)
attempt("utime", os.utime, "/tmp/d", (0, 0))
attempt("character device", os.mknod, "/tmp/c", stat.S_IFCHR | 0o600, 0)
attempt("block device", os.mknod, "/tmp/b", stat.S_IFBLK | 0o600, os.makedev(7, 0))

attempt("a file out of what may be written", os.link, "/tmp/d/renamed", "d/renamed")
attempt("a file into what may be written", os.link, "d/file", "/tmp/linked")
attempt("move out", os.rename, "/tmp/d/renamed", "renamed")
attempt("move in", os.rename, "main.py", "/tmp/main.py")
`, confine{Read: []string{"d", "/dev/shm/outside", "missing", "way-out", "up", "/nowhere"}, Write: []string{"/tmp", ".build"}}),
		map[string]string{
			"*":                         "ok",
			"list the folder":           "EACCES",
			"write what may be read":    "EACCES",
			"truncate what may be read": "EACCES",
			"its directory":             "EACCES",
			"through a link out":        "EACCES",
			"through a link up":         "EACCES",
			"missing, made later":       "EACCES",
			"rename across rules":       "EXDEV", // two file systems
			"through a symlink":         "EACCES",
			"character device":          "EACCES",
			"block device":              "EACCES",

			"a file out of what may be written": "EXDEV",
			"a file into what may be written":   "EXDEV",
			"move out":                          "EXDEV",
			"move in":                           "EXDEV",
		})
}

func TestARuleOnALinkWithinTheFolder(t *testing.T) {
	attempted(t, around(`
attempt("read", opened, "d/file", os.O_RDONLY)
attempt("write", opened, "d/file", os.O_WRONLY)
`, confine{Write: []string{"inside"}}), map[string]string{"*": "ok"})
}

// executions tries each file both as it lies and as a copy in each place that can be written.
const executions = `
def run(path): return lambda: os.execv(path, [path, "--version"])
child("interpreter again", lambda: os.execv("/usr/bin/python3", ["python3", "-c", "pass"]))
child("command", run("/usr/bin/true"))
child("in the folder", run(".build/made"))
child("in /tmp", run("/tmp/program"))
child("written", run(".build/../d/program"))
child("by ld.so", lambda: os.execv(loader, [loader, "/usr/bin/true"]))
`

// loader finds the interpreter of this machine's programs the way readelf does.
const loader = `
loader = os.path.realpath([l.split()[-1] for l in open("/proc/self/maps") if "ld-linux" in l][0])
`

func TestRightToExecute(t *testing.T) {
	where := func(code string, c confine) trial {
		c.Read = append(c.Read, "/proc")
		s := around(loader+code, c)
		s.Files["/workspace/d/program"] = staticProgram
		return s
	}
	t.Run("everywhere that is listed", func(t *testing.T) {
		attempted(t, where(executions, confine{Commands: true, Execute: []string{"/usr", "/lib", "/lib64", ".build", "d"}, Write: []string{"/tmp", "d"}}),
			map[string]string{"*": "ok", "in /tmp": "EACCES"})
	})
	t.Run("but not where it is only written", func(t *testing.T) {
		attempted(t, where(executions, confine{Commands: true, Execute: []string{"/usr"}, Write: []string{"/tmp", ".build", "d"}}),
			map[string]string{"*": "ok", "in /tmp": "EACCES", "in the folder": "EACCES", "written": "EACCES"})
	})
	t.Run("a file cannot be moved to gain it", func(t *testing.T) {
		attempted(t, where(`
attempt("link", os.link, "d/program", ".build/linked")
attempt("rename", os.rename, "d/program", ".build/moved")
os.mkdir("d/inner"); os.mkdir(".build/inner")
call("exchange", 316, -100, b"d/inner", -100, b".build/inner", 2)
call("exchange the other way", 316, -100, b".build/inner", -100, b"d/inner", 2)
`, confine{Commands: true, Execute: []string{"/usr", ".build"}, Write: []string{".build", "d"}}),
			map[string]string{"*": "EXDEV"})
	})
	t.Run("only commands that are listed", func(t *testing.T) {
		attempted(t, where(executions, confine{Commands: true}),
			map[string]string{"*": "EACCES", "interpreter again": "ok", "by ld.so": "ok"})
	})
	t.Run("without commands not even what is listed", func(t *testing.T) {
		attempted(t, where(executions, confine{Execute: []string{"/usr", ".build", "/tmp"}}), map[string]string{"*": "EACCES"})
	})
}

func TestSignalsAndSocketsStayInside(t *testing.T) {
	o := attempted(t, pythonTrial(`
for s in (0, 9, 10, 15, 34): attempt(f"kill {s}", os.kill, 1, s)
call("tgkill", 234, 1, 1, 10)
call("tkill", 200, 1, 10)
call("rt_sigqueueinfo", 129, 1, 10, struct.pack("iii116x", 10, 0, -1))
fd = call("pidfd_open", 434, 1, 0)
call("pidfd_send_signal", 424, fd, 10, 0, 0)
pid = os.fork()
if pid == 0: signal.pause()
attempt("own child", os.kill, pid, 9)
os.waitpid(pid, 0)
attempt("oneself", os.kill, os.getpid(), 0)

import fcntl
r, w = os.pipe()
fcntl.fcntl(r, fcntl.F_SETOWN, 1)
fcntl.fcntl(r, fcntl.F_SETSIG, 10)
fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
os.write(w, b"x")

def connect(to): socket.socket(socket.AF_UNIX).connect(to)
attempt("abstract socket outside", connect, "\0outside")
attempt("abstract datagram", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", "\0datagrams"))
own = socket.socket(socket.AF_UNIX); own.bind("\0inside"); own.listen()
attempt("own abstract socket", connect, "\0inside")
attempt("pair", socket.socketpair)
`), map[string]string{
		"*": "EPERM", "pidfd_open": "ok", "own child": "ok", "oneself": "ok",
		"own abstract socket": "ok", "pair": "ok",
	})
	if len(o.Signals) != 0 || o.Accepted != 0 {
		t.Errorf("%v reached PID 1, %d connections", o.Signals, o.Accepted)
	}
}

// The processes of a step may look at one another, but not at PID 1, which this driver does nothing about.
func TestTheRunnerCannotBeLookedInto(t *testing.T) {
	s := pythonTrial(`
for f in ("environ", "maps", "mem", "auxv", "fd/0", "cwd/x", "root/x"): attempt(f, opened, "/proc/1/" + f, os.O_RDONLY)
attempt("exe", os.readlink, "/proc/1/exe")
attempt("write", opened, "/proc/1/mem", os.O_WRONLY)
attempt("oom_score_adj", opened, "/proc/1/oom_score_adj", os.O_WRONLY)
attempt("stat", opened, "/proc/1/stat", os.O_RDONLY)
attempt("own maps", opened, "/proc/self/maps", os.O_RDONLY)
`)
	s.Spec.Confine.Read = append(s.Spec.Confine.Read, "/proc")
	attempted(t, s, map[string]string{"*": "EACCES", "stat": "ok", "own maps": "ok"})
}

func TestWhatEachVersionOfLandlockCanRefuse(t *testing.T) {
	const tcp, scope = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP,
		unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	for abi, want := range map[int]unix.LandlockRulesetAttr{
		1:  {Handled_access_fs: 0x1fff},
		2:  {Handled_access_fs: 0x3fff},
		3:  {Handled_access_fs: 0x7fff},
		4:  {Handled_access_fs: 0x7fff, Handled_access_net: tcp},
		5:  {Handled_access_fs: 0xffff, Handled_access_net: tcp},
		6:  {Handled_access_fs: 0xffff, Handled_access_net: tcp, Scoped: scope},
		7:  {Handled_access_fs: 0xffff, Handled_access_net: tcp, Scoped: scope},
		9:  {Handled_access_fs: 0x1ffff, Handled_access_net: tcp, Scoped: scope},
		12: {Handled_access_fs: 0x1ffff, Handled_access_net: tcp, Scoped: scope},
	} {
		if got := handled(abi, confine{}); got != want {
			t.Errorf("ABI %d: %+v, want %+v", abi, got, want)
		}
		want.Handled_access_net = 0
		if got := handled(abi, confine{Network: true}); got != want {
			t.Errorf("ABI %d with network: %+v, want %+v", abi, got, want)
		}
	}
}

// Beneath the filter's rule that nothing is executed twice: without commands no directory is executable.
func TestOnlyCommandsMakeDirectoriesExecutable(t *testing.T) {
	for commands, want := range map[bool]uint64{true: executeRights, false: readRights} {
		list := grants(spec{Confine: confine{Execute: []string{"/usr"}, Commands: commands}})
		if got := list[len(list)-1]; got != (grant{"/usr", want}) {
			t.Errorf("commands %v: %+v", commands, got)
		}
	}
}
