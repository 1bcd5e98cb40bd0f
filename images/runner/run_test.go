package main

import "testing"

func TestHello(t *testing.T) {
	r := verdict(t, python("import sys\nprint('hello')\nprint('oops', file=sys.stderr)\n"))
	if r.stdout.data != "hello\n" || r.stderr.data != "oops\n" {
		t.Errorf("stdout %q, stderr %q", r.stdout.data, r.stderr.data)
	}
	if r.result.Cause != causeExit || r.result.ExitCode != 0 || r.result.Signal != "" || r.result.Message != "" {
		t.Errorf("%+v", r.result)
	}
	if !r.result.Seccomp || r.result.Network != networkOff || r.result.PeakProcesses != 1 {
		t.Errorf("%+v", r.result)
	}
	t.Logf("%+v", r.result)
}
