package main

import (
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// capture keeps the first and the last part of one output stream in bounded memory and counts all of it.
//
// The program writes as fast as it likes and the reader of the record reads as slowly as it likes; neither waits for
// the other. Bytes of the head never change once they are there, so they may be read while more come in; the tail is
// a ring that may be read only after the stream has ended.
type capture struct {
	name    string // the record's `type`: stdout or stderr
	headMax int
	tailMax int
	grew    func() // called after the head has grown, never once it is full

	digest *digest // of the whole stream, nil: not asked

	mu    sync.Mutex
	head  []byte
	ring  []byte
	next  int // where the ring is overwritten next, once it is full
	total int64
}

// newCapture splits keep into halves; of an odd number the tail gets the greater one.
func newCapture(name string, keep int, grew func()) *capture {
	return &capture{name: name, headMax: keep / 2, tailMax: keep - keep/2, grew: grew}
}

// Write never fails and never blocks longer than it takes to copy.
func (c *capture) Write(p []byte) (int, error) {
	n := len(p)
	if c.digest != nil {
		c.digest.write(p)
	}
	c.mu.Lock()
	c.total += int64(n)
	room := min(c.headMax-len(c.head), n)
	if room > 0 {
		c.head = append(c.head, p[:room]...)
		p = p[room:]
	}
	c.keepLast(p)
	c.mu.Unlock()
	if room > 0 {
		c.grew()
	}
	return n, nil
}

func (c *capture) keepLast(p []byte) {
	if len(p) >= c.tailMax {
		// All of the ring is replaced. Without this a flood would be copied into it in full.
		c.ring = append(c.ring[:0], p[len(p)-c.tailMax:]...)
		c.next = 0
		return
	}
	if room := min(c.tailMax-len(c.ring), len(p)); room > 0 {
		c.ring = append(c.ring, p[:room]...)
		p = p[room:]
	}
	for len(p) > 0 {
		n := copy(c.ring[c.next:], p)
		c.next = (c.next + n) % len(c.ring)
		p = p[n:]
	}
}

// headFrom returns what the head holds from offset on; the bytes stay valid and unchanged.
func (c *capture) headFrom(offset int) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head[offset:len(c.head):len(c.head)]
}

// tail returns the stream's last bytes beyond the head, in two pieces that follow one another, and the offset of the
// first. The stream must have ended.
func (c *capture) tail() (offset int64, older, newer []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total - int64(len(c.ring)), c.ring[c.next:], c.ring[:c.next]
}

func (c *capture) bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

// pump copies a pipe into the capture until nobody holds its other end any more. A read deadline ends it early, with what is in
// the pipe by then.
func (c *capture) pump(pipe *os.File) {
	buf := make([]byte, 64<<10) // a pipe's capacity
	for {
		n, err := pipe.Read(buf)
		c.Write(buf[:n])
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.takeRest(pipe, buf)
			return
		}
		if err != nil {
			return
		}
	}
}

// takeRest reads what is in the pipe at this moment and does not wait for more.
func (c *capture) takeRest(pipe *os.File, buf []byte) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		// As much as the largest pipe can hold and no more, in case a writer is left that could not be killed.
		for taken := 0; taken < 1<<20; {
			n, err := unix.Read(int(fd), buf)
			if err == unix.EINTR {
				continue
			}
			if n <= 0 || err != nil {
				return
			}
			c.Write(buf[:n])
			taken += n
		}
	})
}

var _ io.Writer = (*capture)(nil)
