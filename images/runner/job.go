package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The job: read one bounded line, decode it strictly, and refuse whatever could not be carried out to the letter.

// readJobLine returns the bytes before the first newline. What was read after it is dropped.
func readJobLine(r io.Reader) ([]byte, *failure) {
	// 64 KiB is a pipe's capacity; nearly every job fits.
	buf := make([]byte, 0, 64<<10)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		if end := bytes.IndexByte(buf[len(buf):len(buf)+n], '\n'); end >= 0 {
			buf = buf[:len(buf)+end]
			if len(buf) > maxJobBytes {
				break
			}
			return buf, nil
		}
		buf = buf[:len(buf)+n]
		if len(buf) > maxJobBytes {
			break
		}
		if err != nil {
			how := "stdin ended"
			if !errors.Is(err, io.EOF) {
				how = "reading stdin failed (" + err.Error() + ")"
			}
			return nil, &failure{exitNoJob, fmt.Sprintf("No job: %s after %d bytes, before a whole job line came.", how, len(buf))}
		}
	}
	return nil, badJob("The job line is longer than %d bytes.", maxJobBytes)
}

func decodeJob(line []byte) (*job, *failure) {
	// The decoder would replace such bytes silently, and then other code would run than was sent.
	if !utf8.Valid(line) {
		return nil, badJob("The job line is not valid UTF-8.")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	j := new(job)
	if err := d.Decode(j); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, badJob("The job line is not a whole JSON object.")
		}
		return nil, badJob("The job line is not a job: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, badJob("The job line has more on it than one JSON object.")
	}
	if f := checkJob(j); f != nil {
		return nil, f
	}
	return j, nil
}

// unsafePath says why a path may not be used beneath a folder, or "". Only the plain spelling of a path
// passes, so that two files never mean the same place in different words.
func unsafePath(p string) string {
	switch {
	case p == "":
		return "is empty"
	case len(p) > maxPathBytes:
		return fmt.Sprintf("is longer than %d bytes", maxPathBytes)
	case strings.ContainsRune(p, 0):
		return "contains NUL"
	case strings.HasPrefix(p, "/"):
		return "is absolute"
	case p == ".." || strings.HasPrefix(p, "../") || strings.Contains(p, "/../") || strings.HasSuffix(p, "/.."):
		return "contains .."
	case p == "." || path.Clean(p) != p:
		return "is not in its plain form"
	}
	return ""
}

// clip makes a message fit for a status: no control characters (in JSON each would take six bytes, and the bound on
// the termination message would not hold), and at most maxMessageBytes, cut at a character's boundary.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) <= maxMessageBytes {
		return s
	}
	cut := maxMessageBytes - len("...")
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "..."
}
