package main

import (
	"slices"
	"testing"
	"time"
)

func TestProof(t *testing.T) {
	type seen struct {
		a  attempt
		ms int
	}
	for _, c := range []struct {
		name string
		seen []seen
		at   int // index of the attempt that is the proof, -1: none
	}{
		{"a refusal is enough", []seen{{refused, 1}}, 0},
		{"a refusal after successes", []seen{{connected, 1}, {connected, 12}, {refused, 30}}, 2},
		{"three failures over the span", []seen{{failed, 100}, {failed, 210}, {failed, 320}}, 2},
		{"exactly the span", []seen{{failed, 100}, {failed, 200}, {failed, 250}}, 2},
		{"three failures too quickly", []seen{{failed, 1}, {failed, 12}, {failed, 23}}, -1},
		{"quick failures for long enough", []seen{{failed, 1}, {failed, 50}, {failed, 100}, {failed, 150}, {failed, 151}}, 4},
		{"two failures are not enough", []seen{{failed, 1}, {failed, 500}}, -1},
		{"a success starts over", []seen{{failed, 1}, {failed, 100}, {connected, 200}, {failed, 210}, {failed, 300}}, -1},
		{"so does not being able to try", []seen{{failed, 1}, {failed, 100}, {untried, 200}, {failed, 210}, {failed, 300}}, -1},
		{"starts over and gets there", []seen{{failed, 1}, {connected, 5}, {failed, 10}, {failed, 100}, {failed, 160}}, 4},
		{"successes only", []seen{{connected, 1}, {connected, 2}, {connected, 999}}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p proof
			got := slices.IndexFunc(c.seen, func(s seen) bool { return p.after(s.a, time.Duration(s.ms)*time.Millisecond) })
			if got != c.at {
				t.Errorf("proof at %d, want %d", got, c.at)
			}
		})
	}
}

// An idle gate looks seldom, so that an open cluster costs its API server little; a job must not wait for its next look.
func TestAJobHurriesTheGate(t *testing.T) {
	g := &gate{able: true, began: time.Now().Add(-time.Hour),
		hurry: make(chan struct{}), quit: make(chan struct{}), shut: make(chan struct{})}
	tries := make(chan attempt, 2)
	tries <- connected
	go g.watch(func() attempt { return <-tries })
	eventually(t, "the gate has looked", g.answered.Load)
	tries <- refused
	if got := g.wait(idlePause(time.Hour) / 2); got.network != networkShut || got.ms < 3_600_000 {
		t.Errorf("%+v", got)
	}
}

var apiServer = []string{"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=443"}

func TestJoinHoldsTheVerdictBack(t *testing.T) {
	s := start(t, box{Env: apiServer, listen: true})
	s.send(shell("echo ran").with("gate", "join").line())
	// The program runs at once, the network being open.
	s.until(func(e event) bool { return e.Type == "stdout" })
	eventually(t, "the program has ended", func() bool { return s.processes() == 1 })
	before := s.accepted.Load()
	eventually(t, "the gate goes on looking", func() bool { return s.accepted.Load() > before+3 })
	if s.termination() != "" {
		t.Errorf("a verdict before the proof: %s", s.termination())
	}
	s.closeNetwork()
	r := s.finish()
	if r.result == nil || r.result.Network != networkShut || r.result.NetworkMs <= 0 || r.end.ExitCode != 0 {
		t.Errorf("%+v %+v", r.end, r.err)
	}
}

func TestFirstHoldsTheProgramBack(t *testing.T) {
	s := start(t, box{Env: apiServer, listen: true})
	s.until(func(e event) bool { return e.Type == "ready" })
	s.send(shell("echo ran").with("gate", "first").line())
	before := s.accepted.Load()
	eventually(t, "the gate looks", func() bool { return s.accepted.Load() > before+20 })
	closed := time.Now()
	s.closeNetwork()
	r := checked(t, s.finish())
	if r.result.Network != networkShut || r.stdout.data != "ran\n" {
		t.Errorf("%+v %q", r.end, r.stdout.data)
	}
	if r.start.At < timestamp(closed) {
		t.Errorf("started at %s, the network was open until %s", r.start.At, timestamp(closed))
	}
}

func TestNetworkThatStaysOpen(t *testing.T) {
	t.Run("first", func(t *testing.T) {
		t.Parallel()
		s := start(t, box{Env: apiServer, listen: true})
		s.send(shell("echo ran").with("gate", "first").line())
		r := s.finish()
		mustRefuse(t, r, exitNotIsolated, "network was still open after 20s (tried 127.0.0.1:443)")
		if r.start != nil {
			t.Error("start was announced")
		}
	})
	t.Run("join", func(t *testing.T) {
		t.Parallel()
		s := start(t, box{Env: apiServer, listen: true})
		s.send(shell("echo ran").with("gate", "join").line())
		r := checked(t, s.finish())
		if r.result.Network != networkOpen || r.result.NetworkMs != notRead {
			t.Errorf("%+v", r.end)
		}
	})
}

func TestGateWithoutAnybodyToAsk(t *testing.T) {
	r := verdict(t, shell("true").with("gate", "join"))
	if r.result.Network != networkUnknown || r.result.NetworkMs != notRead {
		t.Errorf("%+v", r.end)
	}
	mustRefuse(t, run(t, box{}, shell("echo ran").with("gate", "first")), exitNotIsolated, "could not be proved shut")
}

func TestGateWhereThereIsNoWay(t *testing.T) {
	for _, host := range []string{"10.96.0.1", "fd00::1"} {
		env := []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=443"}
		r := checked(t, run(t, box{Env: env}, shell("true").with("gate", "first")))
		if r.result.Network != networkShut || r.result.NetworkMs < 150 {
			t.Errorf("%s: %+v", host, r.end)
		}
	}
}

// A warm sandbox has its answer before its job.
func TestTheGateIsPassedWhileIdle(t *testing.T) {
	s := start(t, box{Env: apiServer, listen: true})
	eventually(t, "the gate looks without a job", func() bool { return s.accepted.Load() > 3 })
	s.closeNetwork()
	s.send(shell("true").with("gate", "first").line())
	if r := checked(t, s.finish()); r.result.Network != networkShut {
		t.Errorf("%+v", r.end)
	}
}

func TestGateOffDoesNotWait(t *testing.T) {
	s := start(t, box{Env: apiServer, listen: true})
	s.send(shell("true").line())
	r := checked(t, s.finish())
	if r.result.Network != networkOff || r.result.NetworkMs != notRead {
		t.Errorf("%+v", r.end)
	}
}
