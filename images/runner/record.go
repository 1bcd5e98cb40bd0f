package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"sync/atomic"
	"time"
)

// recorder writes the record: one goroutine owns the runner's stdout, so a reader that stalls holds up nothing else.
// It keeps no copy of what the streams hold; a stall costs no memory beyond their bound.
type recorder struct {
	out      io.Writer
	requests chan request // buffered: whoever asks must not be held up when the owner is
	wake     chan struct{}
	written  atomic.Int64 // bytes taken by the reader: shows whether a slow one still makes progress
	scratch  []byte
	step     int
	streams  []*capture
	sent     []int // bytes of each head already in the record
	gaveUp   bool  // the reader stalled for too long; of those who ask, not of the owner
}

// request asks for lines.
type request struct {
	lines  []any
	follow []*capture // the streams of step, to be followed from these lines on
	step   int
	rest   bool // everything that the streams still hold goes before the lines, and then they are let go
	last   bool
	done   chan error
}

const (
	// Chunks wait this long for company: a short program's output and its result then travel in one write, and
	// nobody watching a longer one can tell.
	flushDelay = 10 * time.Millisecond
	// chunkBytes of output make 61,440 of base64, which leaves a line far below maxLineBytes.
	chunkBytes = 45 << 10
)

func newRecorder(out io.Writer) *recorder {
	r := &recorder{out: out, requests: make(chan request, 2), wake: make(chan struct{}, 1)}
	go r.run()
	return r
}

// put has lines written. The channel yields once when they have been, or when they could not be.
func (r *recorder) put(lines ...any) <-chan error {
	return r.ask(request{lines: lines})
}

// follow has lines written, and from then on what the streams of a step hold.
func (r *recorder) follow(step int, streams []*capture, lines ...any) <-chan error {
	return r.ask(request{lines: lines, follow: streams, step: step})
}

// close has the rest of the streams written, then the lines.
func (r *recorder) close(lines ...any) <-chan error {
	return r.ask(request{lines: lines, rest: true})
}

// end is close for the last line of all. Nothing may be put afterwards.
func (r *recorder) end(line any) <-chan error {
	return r.ask(request{lines: []any{line}, rest: true, last: true})
}

func (r *recorder) ask(q request) <-chan error {
	q.done = make(chan error, 1)
	if r.gaveUp {
		q.done <- errStalled
	} else {
		r.requests <- q
	}
	return q.done
}

// nudge tells the owner that a head has grown.
func (r *recorder) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *recorder) run() {
	timer := time.NewTimer(0)
	<-timer.C
	armed := false
	for {
		select {
		case q := <-r.requests:
			if q.rest {
				r.addHeads()
				r.addTails()
				r.streams = nil
			}
			if q.follow != nil {
				r.step, r.streams, r.sent = q.step, q.follow, make([]int, len(q.follow))
			}
			for _, line := range q.lines {
				r.add(appendJSON(nil, line))
			}
			q.done <- r.flush()
			if q.last {
				return
			}
		case <-r.wake:
			if !armed {
				armed = true
				timer.Reset(flushDelay)
			}
		case <-timer.C:
			armed = false
			r.addHeads()
			r.flush() // an error here shows again at the next request
		}
	}
}

func (r *recorder) addHeads() {
	for i, s := range r.streams {
		piece := s.headFrom(r.sent[i])
		r.addChunks(s.name, int64(r.sent[i]), piece)
		r.sent[i] += len(piece)
	}
}

func (r *recorder) addTails() {
	for _, s := range r.streams {
		offset, older, newer := s.tail()
		r.addChunks(s.name, offset, older)
		r.addChunks(s.name, offset+int64(len(older)), newer)
	}
}

func (r *recorder) addChunks(name string, offset int64, data []byte) {
	for len(data) > 0 {
		piece := data[:min(chunkBytes, len(data))]
		line := make([]byte, 0, base64.StdEncoding.EncodedLen(len(piece))+100)
		line = append(line, `{"type":"`...)
		line = append(line, name...)
		line = append(line, `","step":`...)
		line = strconv.AppendInt(line, int64(r.step), 10)
		line = append(line, `,"at":`...)
		line = strconv.AppendInt(line, offset, 10)
		line = append(line, `,"data":"`...)
		line = base64.StdEncoding.AppendEncode(line, piece)
		line = append(line, "\"}\n"...)
		r.add(line)
		data = data[len(piece):]
		offset += int64(len(piece))
	}
}

// add collects lines, so that what belongs together is one write, and keeps the collection below two lines' size.
func (r *recorder) add(line []byte) {
	if len(r.scratch)+len(line) > maxLineBytes {
		r.flush()
	}
	r.scratch = append(r.scratch, line...)
}

// flush writes what was collected. After a failure (nobody will ever read again) it goes on dropping.
func (r *recorder) flush() error {
	if len(r.scratch) == 0 {
		return nil
	}
	n, err := r.out.Write(r.scratch)
	r.written.Add(int64(n))
	r.scratch = r.scratch[:0]
	return err
}

// await waits for a line to be written for as long as the reader takes anything at all, and gives up when it
// has taken nothing for patience. Then nobody ever waits again: all further lines are dropped.
func (r *recorder) await(done <-chan error, patience time.Duration) error {
	seen := r.written.Load()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-timer.C:
			if now := r.written.Load(); now != seen {
				seen = now
				timer.Reset(patience)
				continue
			}
			r.gaveUp = true
			return errStalled
		}
	}
}

// appendJSON renders a line of the record with its newline.
func appendJSON(b []byte, v any) []byte {
	buf := bytes.NewBuffer(b)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // the types are ours and always encode
	}
	return buf.Bytes()
}

var errStalled = errors.New("nobody reads the runner's output")
