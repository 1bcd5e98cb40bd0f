package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every run of a batch finds the world as the first one did, whatever the ones before made of it.

// see prints all that a run could find of another: names, modes, links, sizes and contents.
const see = `
import os, stat
for top in ("/workspace", "/tmp", "/dev/shm"):
    for where, dirs, files in os.walk(top):
        dirs.sort()
        for name in sorted(dirs) + sorted(files):
            p = os.path.join(where, name)
            st = os.lstat(p)
            print(p, oct(st.st_mode & 0o777), st.st_nlink if stat.S_ISREG(st.st_mode) else "", stat.filemode(st.st_mode)[0],
                  open(p).read() if stat.S_ISREG(st.st_mode) else "")
`

func TestEveryRunFindsTheSame(t *testing.T) {
	for name, mess := range map[string]string{
		"nothing": "pass",
		"new files": `
for d in ("/workspace", "/tmp", "/dev/shm", "/workspace/a", "/workspace/a/b"):
    open(d + "/new", "w").write("x"); os.mkdir(d + "/newdir"); open(d + "/newdir/x", "w").write("x")`,
		"changed files": `
open("main.py", "a").write("x"); open("a/b/data", "w").write("DATA"); os.remove("a/other"); open(".build/made", "r+").write("X")`,
		"modes": `
for p in ("main.py", "a/b/data", "a/b", "a", ".build/made", ".build/sub", ".build"): os.chmod(p, 0)`,
		"links": `
shutil.rmtree("a"); os.symlink("/tmp", "a"); os.mkdir("/tmp/b"); open("/tmp/b/data", "w").write("data"); open("/tmp/other", "w").write("other")
os.remove("main.py"); os.symlink("/usr/bin/python3", "main.py"); os.remove(".build/made"); os.symlink("/etc/passwd", ".build/made")`,
		"hard links":            `os.link("main.py", "/workspace/main2.py"); os.link("a/b/data", "a/data"); os.link(".build/made", ".build/made2")`,
		"other kinds":           `os.remove("main.py"); os.mkfifo("main.py"); shutil.rmtree("a"); open("a", "w"); shutil.rmtree(".build"); os.mkfifo(".build"); os.mkfifo("/tmp/f"); import socket; socket.socket(socket.AF_UNIX).bind("/tmp/s")`,
		"files as folders":      `os.remove("main.py"); os.makedirs("main.py/x/y"); os.remove("a/b/data"); os.mkdir("a/b/data")`,
		"nothing left":          `os.chdir("/"); [shutil.rmtree("/workspace/" + n) if os.path.isdir("/workspace/" + n) else os.remove("/workspace/" + n) for n in os.listdir("/workspace")]`,
		"folders nobody enters": `os.makedirs("/tmp/x/y/z"); open("/tmp/x/y/z/f", "w"); os.makedirs("a/x/y"); [os.chmod(p, 0) for p in ("/tmp/x/y/z/f", "/tmp/x/y/z", "/tmp/x/y", "/tmp/x", "a/x/y", "a/x")]`,
		"odd names":             `[open(os.path.join(d, n), "w") for d in (b"/tmp", b"/workspace") for n in (b"\xff\xfe", b"a\nb", b"*", b"x" * 255, b" ", b".gone-0")]`,
		"sparse":                `f = open("main.py", "r+"); f.seek(60_000_000); f.write("x")`,
		"the same size":         `s = open("main.py").read(); open("main.py", "w").write(s.replace("walk", "WALK"))`,
		"a deep tree": `
os.chdir("/tmp")
for i in range(3000): os.mkdir("d"); os.chdir("d"); open("f", "w")
os.chmod("/tmp/d/d/d", 0)`,
		"very many files": `
for i in range(30): os.mkdir(f"/tmp/{i}"); [open(f"/tmp/{i}/{k}", "w").close() for k in range(1000)]
[open(f"/workspace/{k}", "w").close() for k in range(5000)]`,
	} {
		t.Run(name, func(t *testing.T) {
			j := shell("").with("argv", []string{"/usr/bin/python3", "main.py"}).file("main.py", see).file("a/b/data", "data").file("a/other", "other").
				compiled("/bin/sh", "-c", "mkdir .build/sub; echo made > .build/made; chmod 700 .build/made; echo deep > .build/sub/deep; chmod 550 .build/sub; touch /tmp/left").
				again("/usr/bin/python3", "-c", "import os, shutil\nos.chmod(\".build/sub\", 0o700)\n"+mess).
				again("/usr/bin/python3", "main.py")
			r := verdict(t, j)
			if len(r.ends) != 4 {
				t.Fatalf("%+v", r.ends)
			}
			for i, e := range r.ends {
				if e.ExitCode != 0 {
					t.Fatalf("step %d: %+v %s", i, e, r.streams[2*i+1].data)
				}
			}
			first, second := r.streams[2].data, r.streams[6].data
			if first != second || !strings.Contains(first, "/workspace/a/b/data 0o644 1 - data\n") || !strings.Contains(first, "/workspace/.build/made 0o700 1 - made\n") {
				t.Errorf("before:\n%s\nafter:\n%.3000s", first, second)
			}
			if strings.Contains(first, "/tmp/left") {
				t.Error("the compiler's files were left in /tmp")
			}
			if r.ends[3].DiskBytes != 0 {
				t.Errorf("%d bytes of disk", r.ends[3].DiskBytes)
			}
		})
	}
}

func TestProgramsLeaveNothingForEachOther(t *testing.T) {
	j := shell("")
	program := func(dir string) testJob {
		return testJob{"dir": dir, "files": []any{text("name", dir)}, "compile": testJob{
			"argv": []string{"/bin/sh", "-c", "cp name .build/name"}, "limits": generous(), "confine": everything()}}
	}
	j["programs"] = []any{program("a/x"), program("a/y")}
	run := func(program int, script string) testJob {
		return testJob{"program": program, "argv": []string{"/bin/sh", "-c", script}, "limits": generous()}
	}
	const look = "cat name .build/name; cd /workspace; find . | sort"
	j["runs"] = []any{run(0, look), run(1, look),
		run(0, "echo evil > name; echo evil > .build/name; cd /workspace; echo evil > a/y/name; echo evil > a/y/.build/name; touch new a/new a/y/new; chmod 0 a/y a"),
		run(1, look), run(0, look),
		run(1, "cd /workspace; rm -rf a; ln -s /tmp a; mkdir /tmp/x"),
		run(0, look), run(1, look),
	}
	r := verdict(t, j)
	var got []string
	for i, e := range r.ends {
		if e.Kind == kindRun {
			got = append(got, r.streams[2*i].data)
		}
	}
	rest := func(built ...string) string {
		all := ".\n./a\n"
		for _, p := range []string{"x", "y"} {
			all += "./a/" + p + "\n"
			if strings.Contains(strings.Join(built, ""), p) {
				all += "./a/" + p + "/.build\n./a/" + p + "/.build/name\n"
			}
			all += "./a/" + p + "/name\n"
		}
		return all
	}
	want := []string{"a/xa/x" + rest("x"), "a/ya/y" + rest("x", "y"), "", "a/ya/y" + rest("x", "y"), "a/xa/x" + rest("x", "y"), "",
		"a/xa/x" + rest("x", "y"), "a/ya/y" + rest("x", "y")}
	for i := range want {
		if i < len(got) && got[i] != want[i] {
			t.Errorf("run %d: %s, want %s", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d runs", len(got))
	}
}

// What a compilation made in other kinds than files stays as it was made.
func TestBuildThatIsNotRemembered(t *testing.T) {
	r := verdict(t, shell("ls .build; echo changed > .build/a").compiled("/bin/sh", "-c", "echo made > .build/a; ln -s a .build/b").
		again("/bin/cat", ".build/b"))
	if r.streams[2].data != "a\nb\n" || r.stdout.data != "changed\n" {
		t.Errorf("%q %q", r.streams[2].data, r.stdout.data)
	}
}

func TestRemoverOutsideOfItsDirectory(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "victim"), nil, 0o600))
	must(t, os.MkdirAll(filepath.Join(dir, "x/y/z"), 0o755))
	for i, p := range []string{"x", "x/y", "x/y/z", "."} {
		must(t, os.Symlink(outside, filepath.Join(dir, p, fmt.Sprint("link", i))))
		must(t, os.Symlink("..", filepath.Join(dir, p, fmt.Sprint("up", i))))
	}
	must(t, os.WriteFile(filepath.Join(dir, "neighbour"), nil, 0o600))
	top, err := openPlace(dir)
	must(t, err)
	for _, name := range []string{"x", "link3", "up3", "not there"} {
		must(t, newRemover().remove(top.fd, name))
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	st, err := os.Stat(filepath.Join(outside, "victim"))
	must(t, err)
	if len(entries) != 1 || entries[0].Name() != "neighbour" || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", entries, st.Mode())
	}
}

func TestAPlaceGetsItsModeBack(t *testing.T) {
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o777|os.ModeSticky))
	p, err := openPlace(dir)
	must(t, err)
	must(t, os.Chmod(dir, 0))
	must(t, p.reclaim())
	st, err := os.Stat(dir)
	must(t, err)
	if st.Mode() != os.ModeDir|os.ModeSticky|0o777 {
		t.Error(st.Mode())
	}
}
