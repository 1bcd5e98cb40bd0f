package main

import (
	"testing"
)

// Jobs of several steps: compilations, batches, several programs.

func TestCompileAndRun(t *testing.T) {
	j := shell("").with("argv", []string{".build/main", "an argument"}).file("main.c", "#!/bin/sh\necho \"$0 $1\"\n").
		compiled("/bin/sh", "-c", "ls -A; ls -A .build; echo warning >&2; cp main.c .build/main; chmod +x .build/main")
	r := verdict(t, j)
	if len(r.ends) != 2 || r.steps[0].Kind != kindCompile || r.steps[1].Kind != kindRun {
		t.Fatalf("%+v", r.steps)
	}
	if r.streams[0].data != ".build\nmain.c\n" || r.streams[1].data != "warning\n" || r.ends[0].ExitCode != 0 {
		t.Errorf("%q %q %+v", r.streams[0].data, r.streams[1].data, r.ends[0])
	}
	if r.stdout.data != ".build/main an argument\n" || r.stderr.data != "" || r.end.ExitCode != 0 {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
}

func TestACompilationThatFailsHasNoRuns(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		cause  cause
		exit   int
	}{
		"its code":  {"exit 3", causeExit, 3},
		"a signal":  {"kill -SEGV $$", causeExit, 139},
		"its limit": {"while :; do :; done", causeTimeout, 124},
	} {
		t.Run(name, func(t *testing.T) {
			j := shell("echo never").again("/bin/echo", "never").compiled("/bin/sh", "-c", c.script)
			j.program(0)["compile"].(testJob)["limits"].(testJob)["wallMs"] = 2000
			r := verdict(t, j)
			if len(r.ends) != 1 || r.end.Cause != c.cause || r.end.ExitCode != c.exit || r.end.Kind != kindCompile {
				t.Errorf("%+v", r.ends)
			}
		})
	}
}

func TestABatchOfPrograms(t *testing.T) {
	j := shell("echo one; exit 1")
	j["programs"] = []any{
		testJob{"dir": "a", "files": []any{text("name", "A")}, "compile": testJob{
			"argv": []string{"/bin/sh", "-c", "cp name .build/name"}, "limits": generous(), "confine": everything()}},
		testJob{"dir": "b/c", "files": []any{text("name", "B")}, "compile": testJob{
			"argv": []string{"/bin/false"}, "limits": generous(), "confine": everything()}},
		testJob{"dir": "b/d", "files": []any{text("name", "D")}},
		testJob{"dir": "unused", "files": []any{}, "compile": testJob{
			"argv": []string{"/bin/false"}, "limits": generous(), "confine": everything()}},
	}
	run := func(program int, script string) testJob {
		return testJob{"program": program, "argv": []string{"/bin/sh", "-c", script}, "limits": generous()}
	}
	j["runs"] = []any{run(2, "cat name"), run(0, "cat .build/name"), run(1, "echo never"), run(0, "pwd; exit 4"), run(1, "echo never"), run(2, "pwd")}
	r := verdict(t, j)
	type is struct {
		kind stepKind
		of   int
		out  string
		exit int
	}
	want := []is{{kindRun, 0, "D", 0}, {kindCompile, 0, "", 0}, {kindRun, 1, "A", 0}, {kindCompile, 1, "", 1},
		{kindRun, 3, "/workspace/a\n", 4}, {kindRun, 5, "/workspace/b/d\n", 0}}
	if len(r.ends) != len(want) {
		t.Fatalf("%+v", r.ends)
	}
	for i, e := range r.ends {
		if got := (is{e.Kind, e.Of, r.streams[2*i].data, e.ExitCode}); got != want[i] {
			t.Errorf("step %d: %+v, want %+v", i, got, want[i])
		}
	}
}
