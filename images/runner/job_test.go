package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

func TestReadJobLine(t *testing.T) {
	longest := strings.Repeat("x", maxJobBytes)
	for _, c := range []struct {
		name, input, line string
		exit              int
	}{
		{"a line", "job\n", "job", 0},
		{"an empty line", "\n", "", 0},
		{"more after it", "job\nanother\n\x00", "job", 0},
		{"longest", longest + "\n", longest, 0},
		{"longer", longest + "x\n", "", exitBadJob},
		{"much longer", longest + longest, "", exitBadJob},
		{"nothing", "", "", exitNoJob},
		{"cut off", "jo", "", exitNoJob},
		{"cut off at the bound", longest, "", exitNoJob},
	} {
		for how, reader := range map[string]func(io.Reader) io.Reader{
			"at once":      func(r io.Reader) io.Reader { return r },
			"with its end": iotest.DataErrReader,
		} {
			line, f := readJobLine(reader(strings.NewReader(c.input)))
			if c.exit != 0 {
				if f == nil || f.exit != c.exit {
					t.Errorf("%s, %s: %v", c.name, how, f)
				}
			} else if f != nil || string(line) != c.line {
				t.Errorf("%s, %s: %v, %d bytes", c.name, how, f, len(line))
			}
		}
	}
	if line, f := readJobLine(iotest.OneByteReader(strings.NewReader("job\nmore"))); f != nil || string(line) != "job" {
		t.Errorf("byte by byte: %q, %v", line, f)
	}
	if _, f := readJobLine(iotest.ErrReader(errors.New("broken"))); f == nil || f.exit != exitNoJob || !strings.Contains(f.message, "broken") {
		t.Errorf("%v", f)
	}
}

func TestDecodeJob(t *testing.T) {
	good := func() testJob {
		l := func() testJob {
			return testJob{"wallMs": 1, "cpuMs": 1, "memoryBytes": 0, "processes": 1, "tasks": 1, "outputBytes": 0, "maxOutputBytes": 1, "diskBytes": 1}
		}
		return testJob{"v": 2, "id": "x", "gate": "join",
			"programs": []any{testJob{"dir": ".", "files": []any{text("a", "b")}}},
			"runs":     []any{testJob{"program": 0, "argv": []string{"/bin/true"}, "limits": l()}},
			"confine":  testJob{"read": []string{"."}, "write": []string{}, "execute": []string{}, "commands": false, "network": false}}
	}
	j, f := decodeJob([]byte(good().line()))
	if f != nil || j.ID != "x" || j.Runs[0].Limits.Tasks != 1 || j.Gate != gateJoin || *j.Programs[0].Files[0].Content != "b" {
		t.Fatalf("%+v, %v", j, f)
	}
	files := func(files ...any) testJob { return good().with("files", files) }
	folders := func(dirs ...string) testJob {
		var programs []any
		for _, d := range dirs {
			programs = append(programs, testJob{"dir": d, "files": []any{}})
		}
		return good().with("programs", programs)
	}
	compile := func(with func(testJob)) testJob {
		j := good().compiled("/bin/true")
		with(j.program(0)["compile"].(testJob))
		return j
	}
	bring := func(globs []string, files, bytes int) testJob {
		return good().with("artifacts", testJob{"globs": globs, "maxFiles": files, "maxBytes": bytes})
	}
	for name, j := range map[string]testJob{
		"several folders":              folders("a", "b/c", "b/d", "a.b"),
		"bytes":                        files(testJob{"path": "a", "base64": "AAEC"}),
		"no bytes":                     files(testJob{"path": "a", "base64": ""}),
		"no files":                     files(),
		"compile":                      compile(func(testJob) {}),
		"artifacts":                    bring([]string{"out/*.png", "**/x"}, 100, maxArtifactBytes),
		"require":                      good().with("require", []string{"seccomp", "landlock"}),
		"a name like the build folder": files(text(".builder/x", "")),
	} {
		if _, f := decodeJob([]byte(j.line())); f != nil {
			t.Errorf("%s: %v", name, f)
		}
	}
	for _, c := range []struct {
		name    string
		job     testJob
		message string
	}{
		{"unknown field", good().with("cmd", 1), `unknown field "cmd"`},
		{"unknown limit", good().limit("cpu", 1), `unknown field "cpu"`},
		{"no version", good().with("v", 0), "v 0"},
		{"earlier version", good().with("v", 1), "v 1; this runner knows 2"},
		{"wrong type", good().with("argv", "ls"), "argv"},
		{"no id", good().with("id", ""), "id has 0 bytes"},
		{"long id", good().with("id", strings.Repeat("x", 257)), "id has 257 bytes"},
		{"odd id", good().with("id", "a\nb"), "control"},
		{"no argv", good().with("argv", []string{}), "runs[0].argv is empty"},
		{"bare name", good().with("argv", []string{"true"}), `argv[0] is "true"`},
		{"empty program", good().with("argv", []string{""}), `argv[0] is ""`},
		{"NUL in argv", good().with("argv", []string{"/bin/true", "a\x00b"}), "argv[1] contains NUL"},
		{"no wall", good().limit("wallMs", 0), "runs[0].limits.wallMs is 0; 1 to 86400000 are allowed."},
		{"negative wall", good().limit("wallMs", -1), "limits.wallMs is -1"},
		{"long wall", good().limit("wallMs", 86_400_001), "limits.wallMs is 86400001"},
		{"no cpu", good().limit("cpuMs", 0), "limits.cpuMs is 0"},
		{"negative memory", good().limit("memoryBytes", -1), "limits.memoryBytes is -1"},
		{"no processes", good().limit("processes", 0), "limits.processes is 0"},
		{"negative output", good().limit("outputBytes", -1), "limits.outputBytes is -1"},
		{"much output", good().limit("outputBytes", maxOutputBytes+1), "limits.outputBytes"},
		{"no output at all", good().limit("maxOutputBytes", 0), "limits.maxOutputBytes"},
		{"no disk", good().limit("diskBytes", 0), "limits.diskBytes"},
		{"much disk", good().limit("diskBytes", maxBytes+1), "limits.diskBytes"},
		{"no tasks", good().limit("tasks", 0), "limits.tasks is 0"},
		{"many tasks", good().limit("tasks", maxTasks+1), "limits.tasks"},
		{"no gate", good().with("gate", ""), `gate is ""`},
		{"unknown gate", good().with("gate", "maybe"), `gate is "maybe"`},
		{"unknown defence", good().with("require", []string{"luck"}), `require has "luck"`},
		{"empty env name", good().with("env", testJob{"": "x"}), "env has the name"},
		{"= in env name", good().with("env", testJob{"A=B": "x"}), "env has the name"},
		{"NUL in env", good().with("env", testJob{"A": "\x00"}), "env \"A\" contains NUL"},
		{"no programs", folders(), "programs has 0 entries"},
		{"no runs", good().with("runs", []any{}), "runs has 0 entries; 1 to 100 are allowed."},
		{"many runs", good().with("runs", make([]testJob, 101)), "runs has 101 entries"},
		{"no such program", good().with("program", 1), "runs[0].program is 1; the job has 1 programs"},
		{"negative program", good().with("program", -1), "runs[0].program is -1"},
		{"no folder", folders(""), `programs[0].dir "" is empty`},
		{"folder outside", folders("../x"), "contains .."},
		{"one folder twice", folders("a", "a"), "is inside of"},
		{"folder in folder", folders("a/b", "a"), `programs[0].dir "a/b" is inside of programs[1].dir "a"`},
		{"everything and a folder", folders("a", "."), "is inside of"},
		{"many files", files(slices.Repeat([]any{text("x", "")}, maxFiles+1)...), "201 files"},
		{"bad path", files(text("/etc/passwd", "")), `"/etc/passwd" is absolute`},
		{"in the build folder", files(text(".build/main", "")), `begins with .build`},
		{"the build folder", files(text(".build", "")), `begins with .build`},
		{"text and bytes", files(testJob{"path": "x", "content": "", "base64": ""}), "either content or base64"},
		{"neither", files(testJob{"path": "x"}), "either content or base64"},
		{"odd bytes", files(testJob{"path": "x", "base64": "%"}), "illegal base64"},
		{"compile without argv", compile(func(c testJob) { c["argv"] = []string{} }), "programs[0].compile.argv is empty"},
		{"compile without time", compile(func(c testJob) { c["limits"].(testJob)["cpuMs"] = 0 }), "programs[0].compile.limits.cpuMs is 0"},
		{"compile with input", compile(func(c testJob) { c["stdin"] = "" }), `unknown field "stdin"`},
		{"empty right", compile(func(c testJob) { c["confine"].(testJob)["read"] = []string{""} }), "programs[0].compile.confine has the path"},
		{"NUL in a right", good().with("confine", testJob{"write": []string{"a\x00"}}), "confine has the path"},
		{"many globs", bring(slices.Repeat([]string{"x"}, 65), 1, 1), "globs has 65 entries"},
		{"odd glob", bring([]string{"../x"}, 1, 1), `glob "../x" contains ..`},
		{"no artifact", bring([]string{"x"}, 0, 1), "maxFiles is 0"},
		{"many artifacts", bring([]string{"x"}, 101, 1), "maxFiles is 101"},
		{"large artifacts", bring([]string{"x"}, 1, maxArtifactBytes+1), "maxBytes is 16777217"},
	} {
		if _, f := decodeJob([]byte(c.job.line())); f == nil || f.exit != exitBadJob || !strings.Contains(f.message, c.message) {
			t.Errorf("%s: %v, want %q", c.name, f, c.message)
		}
	}
	line := good().line()
	for name, c := range map[string]struct{ line, message string }{
		"two objects":   {line + line, "more on it"},
		"trailing word": {line + "x", "more on it"},
		"half":          {line[:20], "not a whole JSON object"},
		"empty":         {"", "not a whole JSON object"},
		"null":          {"null", "v 0"},
		"a list":        {"[]", "not a job"},
		"not UTF-8":     {strings.Replace(line, `"x"`, "\"\xff\"", 1), "not valid UTF-8"},
	} {
		if _, f := decodeJob([]byte(c.line)); f == nil || f.exit != exitBadJob || !strings.Contains(f.message, c.message) {
			t.Errorf("%s: %v, want %q", name, f, c.message)
		}
	}
}

func TestUnsafePath(t *testing.T) {
	for _, p := range []string{"main.py", "a/b/c.txt", "..x", "x..", "a/..b/c", ".hidden", "with space", "ä", "a:b", "~", strings.Repeat("x", 1024)} {
		if why := unsafePath(p); why != "" {
			t.Errorf("%q %s", p, why)
		}
	}
	for _, p := range []string{"", ".", "..", "/", "/x", "../x", "a/../b", "a/..", "./x", "a//b", "a/", "a/.", "a\x00b", strings.Repeat("x", 1025)} {
		if unsafePath(p) == "" {
			t.Errorf("%q passed", p)
		}
	}
}

func FuzzPathStaysInside(f *testing.F) {
	for _, p := range []string{"a", "../a", "a/../../b", "/a", "..", "a/.."} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if unsafePath(p) == "" && !filepath.IsLocal(p) {
			t.Errorf("%q passed", p)
		}
	})
}

func TestLayingOutDoesNotLeaveTheWorkspace(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	victim := filepath.Join(outside, "victim")
	must(t, os.WriteFile(victim, []byte("intact"), 0o644))
	must(t, os.Symlink(outside, filepath.Join(dir, "d")))
	must(t, os.Symlink(victim, filepath.Join(dir, "f")))
	top, err := openPlace(dir)
	must(t, err)
	gone := "gone"
	for _, p := range []string{"d/victim", "d/new", "d/sub/new", "f"} {
		w := &workspace{top: top}
		if f := w.lay([]program{{Dir: ".", Files: []file{{Path: p, Content: &gone}}}}); f == nil || f.exit != exitBadJob {
			t.Errorf("%s: %v", p, f)
		}
	}
	b, err := os.ReadFile(victim)
	must(t, err)
	entries, err := os.ReadDir(outside)
	must(t, err)
	if string(b) != "intact" || len(entries) != 1 {
		t.Errorf("%q, %v", b, entries)
	}
}

func TestClip(t *testing.T) {
	for _, s := range []string{"", "short", strings.Repeat("x", 2000), strings.Repeat("ä", 2000), strings.Repeat("€", 2000), "a\x00b\xffc\n"} {
		got := clip(s)
		if len(got) > maxMessageBytes || !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\n") {
			t.Errorf("%.20q became %q", s, got)
		}
		if len(s) < 10 && len(got) != len(s) {
			t.Errorf("%q became %q", s, got)
		}
	}
}
