package main

import (
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// gate finds out from inside whether the Pod's network is shut. A fresh Pod is not isolated at once: under a standing
// deny-all policy 89 of 90 could still connect, the last success 170 ms after the runner's start at p50, 980 ms at most.
//
// It looks from the runner's start on, before any job is there, so that a warm sandbox has its answer ready.
type gate struct {
	target   string // for messages
	able     bool   // whether there is anything to connect to
	began    time.Time
	hurry    chan struct{} // closed when somebody waits for the answer
	quit     chan struct{} // closed when nobody will
	shut     chan struct{} // closed when the network is proved shut
	took     time.Duration // from began to that proof; valid once shut is closed
	answered atomic.Bool   // whether the last attempt was answered
}

const (
	// gateBound is how long a job waits for the proof. It costs only runs that end without a result anyway; on a busy
	// node the enforcement of a policy was seen to come more than 5 s after the Pod.
	gateBound = 20 * time.Second
	// gateAttempt bounds one connect. Inside a cluster an open network answers within a few milliseconds.
	gateAttempt = 100 * time.Millisecond
	// gateFailures in a row, over at least gateFailureSpan, are a proof where packets are dropped: a lone timeout came
	// before further successes now and then, a refusal never did.
	gateFailures    = 3
	gateFailureSpan = 150 * time.Millisecond
)

// netAnswer is what a job is told about its network, and how many ms after the runner's start that was known.
type netAnswer struct {
	network network
	ms      float64
}

type attempt int

const (
	connected attempt = iota // somebody answered
	refused                  // somebody said no
	failed                   // no way, or no answer in time
	untried                  // the runner itself could not try
)

// proof is the rule that turns attempts into an answer.
type proof struct {
	failures int
	since    time.Duration
}

// after takes in one attempt that ended at the given time and says whether the network is now proved shut.
func (p *proof) after(a attempt, at time.Duration) bool {
	switch a {
	case refused:
		return true
	case failed:
		if p.failures == 0 {
			p.since = at
		}
		p.failures++
		return p.failures >= gateFailures && at-p.since >= gateFailureSpan
	default:
		*p = proof{}
		return false
	}
}

// openGate starts to look at the API server's service address, the one address that every Pod knows.
func openGate(host, port string, began time.Time) *gate {
	g := &gate{target: host + ":" + port, began: began,
		hurry: make(chan struct{}), quit: make(chan struct{}), shut: make(chan struct{})}
	addr, err := netip.ParseAddr(host)
	number, err2 := strconv.ParseUint(port, 10, 16)
	if err != nil || err2 != nil || number == 0 {
		return g
	}
	g.able = true
	go g.watch(func() attempt { return connect(addr, int(number)) })
	return g
}

func (g *gate) watch(try func() attempt) {
	var p proof
	hurry, pauses := g.hurry, idlePause
	for {
		a := try()
		at := time.Since(g.began)
		if p.after(a, at) {
			g.took = at
			close(g.shut)
			return
		}
		g.answered.Store(a == connected)
		pause := time.NewTimer(pauses(at))
		select {
		case <-pause.C:
		case <-hurry:
			hurry, pauses = nil, hurriedPause // a closed channel would make this a busy loop
		case <-g.quit:
			return
		}
	}
}

func hurriedPause(time.Duration) time.Duration { return 10 * time.Millisecond }

// idlePause spares the API server of a cluster whose network stays open: each attempt costs it a connection.
func idlePause(at time.Duration) time.Duration {
	switch {
	case at < 2*time.Second:
		return 10 * time.Millisecond
	case at < 10*time.Second:
		return 200 * time.Millisecond
	default:
		return 5 * time.Second
	}
}

// wait returns the answer and when, counted from the runner's start, it was there; at the latest when bound has passed.
// It is called at most once.
func (g *gate) wait(bound time.Duration) netAnswer {
	if !g.able {
		return netAnswer{networkUnknown, notRead}
	}
	close(g.hurry)
	timer := time.NewTimer(bound)
	defer timer.Stop()
	select {
	case <-g.shut:
		return netAnswer{networkShut, milliseconds(g.took)}
	case <-timer.C:
		g.forget()
		if g.answered.Load() {
			return netAnswer{networkOpen, notRead}
		}
		return netAnswer{networkUnknown, notRead}
	}
}

// forget ends the looking.
func (g *gate) forget() { close(g.quit) }

// connect tries a TCP handshake and drops the connection at once.
func connect(addr netip.Addr, port int) attempt {
	family, to := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Port: port, Addr: addr.As16()})
	if addr.Is4() {
		family, to = unix.AF_INET, &unix.SockaddrInet4{Port: port, Addr: addr.As4()}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return untried
	}
	defer unix.Close(fd)
	// Reset in place of a goodbye: no TIME_WAIT is left behind that could use up the local ports.
	unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
	err = unix.Connect(fd, to)
	if err == unix.EINPROGRESS || err == unix.EINTR {
		err = handshake(fd, time.Now().Add(gateAttempt))
	}
	switch err {
	case nil:
		return connected
	case unix.ECONNREFUSED:
		return refused
	case unix.EADDRNOTAVAIL, unix.EAGAIN, unix.ENOBUFS, unix.ENOMEM:
		return untried
	default:
		return failed
	}
}

func handshake(fd int, deadline time.Time) error {
	for {
		left := time.Until(deadline)
		if left <= 0 {
			return unix.ETIMEDOUT
		}
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		n, err := unix.Poll(fds, int(left.Milliseconds())+1)
		if err == unix.EINTR || err == nil && n == 0 {
			continue
		}
		if err != nil {
			return err
		}
		code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err != nil {
			return err
		}
		if code != 0 {
			return unix.Errno(code)
		}
		return nil
	}
}
