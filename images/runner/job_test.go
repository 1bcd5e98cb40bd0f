package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
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
		return testJob{"v": 1, "id": "x", "argv": []string{"/bin/true"}, "gate": "join",
			"limits": map[string]any{"wallMs": 1, "outputBytes": 0, "tasks": 1}}
	}
	j, f := decodeJob([]byte(good().line()))
	if f != nil || j.ID != "x" || j.Limits.Tasks != 1 || j.Gate != gateJoin {
		t.Fatalf("%+v, %v", j, f)
	}
	for _, c := range []struct {
		name    string
		job     testJob
		message string
	}{
		{"unknown field", good().with("cmd", 1), `unknown field "cmd"`},
		{"unknown limit", good().limit("cpuMs", 1), `unknown field "cpuMs"`},
		{"no version", good().with("v", 0), "v 0"},
		{"later version", good().with("v", 2), "v 2; this runner knows 1"},
		{"wrong type", good().with("argv", "ls"), "argv"},
		{"no id", good().with("id", ""), "id has 0 bytes"},
		{"long id", good().with("id", strings.Repeat("x", 257)), "id has 257 bytes"},
		{"odd id", good().with("id", "a\nb"), "control"},
		{"no argv", good().with("argv", []string{}), "argv is empty"},
		{"bare name", good().with("argv", []string{"true"}), `argv[0] is "true"`},
		{"empty program", good().with("argv", []string{""}), `argv[0] is ""`},
		{"NUL in argv", good().with("argv", []string{"/bin/true", "a\x00b"}), "argv[1] contains NUL"},
		{"no wall", good().limit("wallMs", 0), "limits.wallMs is 0"},
		{"negative wall", good().limit("wallMs", -1), "limits.wallMs is -1"},
		{"long wall", good().limit("wallMs", 86_400_001), "limits.wallMs is 86400001"},
		{"negative output", good().limit("outputBytes", -1), "limits.outputBytes is -1"},
		{"much output", good().limit("outputBytes", maxOutputBytes+1), "limits.outputBytes"},
		{"no tasks", good().limit("tasks", 0), "limits.tasks is 0"},
		{"many tasks", good().limit("tasks", maxTasks+1), "limits.tasks"},
		{"no gate", good().with("gate", ""), `gate is ""`},
		{"unknown gate", good().with("gate", "maybe"), `gate is "maybe"`},
		{"empty env name", good().with("env", map[string]string{"": "x"}), "env has the name"},
		{"= in env name", good().with("env", map[string]string{"A=B": "x"}), "env has the name"},
		{"NUL in env", good().with("env", map[string]string{"A": "\x00"}), "env \"A\" contains NUL"},
		{"many files", good().with("files", make([]file, maxFiles+1)), "201 files"},
		{"bad path", good().with("files", []file{{Path: "/etc/passwd"}}), `"/etc/passwd" is absolute`},
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

func TestWriteFilesDoesNotLeaveTheWorkspace(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	victim := filepath.Join(outside, "victim")
	must(t, os.WriteFile(victim, []byte("intact"), 0o644))
	must(t, os.Symlink(outside, filepath.Join(dir, "d")))
	must(t, os.Symlink(victim, filepath.Join(dir, "f")))
	for _, p := range []string{"d/victim", "d/new", "d/sub/new", "f"} {
		if f := writeFiles(dir, []file{{p, "gone"}}); f == nil {
			t.Errorf("%s was written", p)
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
