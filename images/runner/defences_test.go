package main

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// What the runner makes of a kernel that lacks a defence.

func TestRequiredDefences(t *testing.T) {
	r := verdict(t, shell("true").again("/bin/true").with("require", []string{"seccomp", "landlock"}))
	if !r.result.Seccomp || r.result.Landlock != kernelLandlock() || r.result.Landlock == 0 {
		t.Errorf("%+v", r.result)
	}
	for _, c := range []struct {
		defence string
		missing uint32
	}{{"landlock", unix.SYS_LANDLOCK_CREATE_RULESET}, {"seccomp", unix.SYS_SECCOMP}} {
		b := box{Missing: []uint32{c.missing}}
		r := run(t, b, shell("echo ran").with("require", []string{c.defence}))
		mustRefuse(t, r, exitNotConfined, "The program was not started: "+c.defence+" is required and is not in force in this sandbox.")
		if r.start != nil {
			t.Error("start was announced")
		}
		r = checked(t, run(t, b, shell("echo ran").again("/bin/echo", "ran")))
		if r.stdout.data != "ran\n" || r.result.Seccomp != (c.defence != "seccomp") || (r.result.Landlock != 0) != (c.defence != "landlock") {
			t.Errorf("without %s: %q %+v", c.defence, r.stdout.data, r.result)
		}
	}
}

// Nothing but the gate holds a program back from the network then.
func TestJoinIsFirstWithoutTheFilter(t *testing.T) {
	b := box{Missing: []uint32{unix.SYS_SECCOMP}}
	mustRefuse(t, run(t, b, shell("echo ran").with("gate", "join")), exitNotIsolated, "could not be proved shut")
}

// Without Landlock a program can reach another's folder, whatever it was granted.
func TestTidyWithoutLandlock(t *testing.T) {
	j := shell("printf evil > ../b/name; : > ../b/new")
	j["programs"] = []any{testJob{"dir": "a", "files": []any{}}, testJob{"dir": "b", "files": []any{text("name", "good")}}}
	j["runs"] = append(j["runs"].([]any), testJob{"program": 1, "argv": []string{"/bin/sh", "-c", "cat name; ls"}, "limits": generous()})
	j["confine"].(testJob)["write"] = []string{}
	r := checked(t, run(t, box{Missing: []uint32{unix.SYS_LANDLOCK_CREATE_RULESET}}, j))
	if r.ends[0].ExitCode != 0 || r.stdout.data != "goodname\n" {
		t.Errorf("%+v %q", r.ends[0], r.stdout.data)
	}
}

func TestALaterStepThatCannotBeExecuted(t *testing.T) {
	s := start(t, box{})
	s.send(shell("").with("argv", []string{".build/main"}).compiled("/bin/sh", "-c", "echo compiled").line())
	r := s.finish()
	mustRefuse(t, r, exitBroken, `The job broke off: executing ".build/main" failed: no such file or directory.`)
	if r.start == nil || len(r.ends) != 1 || r.streams[0].data != "compiled\n" || r.ends[0].ExitCode != 0 {
		t.Errorf("%+v", r)
	}
}

func TestMoreEndsThanATerminationMessageHolds(t *testing.T) {
	j := shell("true")
	for range 99 {
		j.again("/bin/true")
	}
	r := verdict(t, j)
	if len(r.ends) != 100 || strings.Count(r.termination, `"type":"end"`) < 5 || len(r.termination) < 3500 {
		t.Errorf("%d ends, %d bytes: %s", len(r.ends), len(r.termination), r.termination)
	}
}

func TestAStalledReaderDoesNotStopLaterSteps(t *testing.T) {
	s := start(t, box{Args: []string{"--stall-timeout=200ms"}})
	s.send(shell("head -c 1000000 /dev/zero").limit("outputBytes", 1_000_000).again("/bin/sh", "-c", "exit 8").line())
	state, err := s.cmd.Process.Wait()
	must(t, err)
	s.exited = true
	if state.ExitCode() != 0 || !strings.Contains(s.termination(), `"steps":2`) || !strings.Contains(s.termination(), `"exitCode":8`) {
		t.Errorf("%v, %s", state, s.termination())
	}
}

func TestBytesInFiles(t *testing.T) {
	j := shell("od -An -tx1 data; cat empty").with("files", []any{testJob{"path": "data", "base64": "AP/+Cg=="}, testJob{"path": "empty", "base64": ""}})
	if r := verdict(t, j); r.stdout.data != " 00 ff fe 0a\n" || r.end.ExitCode != 0 {
		t.Errorf("%q %+v", r.stdout.data, r.end)
	}
}

// Landlock knows nothing of modes; that they cannot be changed is the filter's work.
func TestModesOfWhatWasCompiledWithoutTheFilter(t *testing.T) {
	j := shell("chmod 0 .build/made .build; chmod 700 main").file("main", "").compiled("/bin/sh", "-c", "echo made > .build/made; chmod 640 .build/made").
		again("/bin/sh", "-c", "stat -c %a .build .build/made main")
	j["confine"].(testJob)["write"] = []string{}
	r := checked(t, run(t, box{Missing: []uint32{unix.SYS_SECCOMP}}, j))
	if r.ends[1].ExitCode != 0 || r.stdout.data != "755\n640\n644\n" {
		t.Errorf("%+v %q", r.ends[1], r.stdout.data)
	}
}
