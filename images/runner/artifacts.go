package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Artifacts are files that a run leaves and the job asked for. The run is dead, but its tree may be meant to harm: to
// lead elsewhere, to block, or to keep the runner busy for ever. So no link is followed, a file is opened without
// waiting and looked at once it is open, and the search has bounds.

const (
	maxLookedAt = 20_000
	lookingTime = 2 * time.Second
)

// collector brings back what matches, within what is left of the job's numbers.
type collector struct {
	globs   []glob
	files   int
	bytes   int64
	skipped int // lines
	put     func(line any) error
}

func newCollector(a *artifacts, put func(line any) error) *collector {
	c := &collector{files: a.MaxFiles, bytes: a.MaxBytes, put: put}
	for _, g := range a.Globs {
		c.globs = append(c.globs, parseGlob(g))
	}
	return c
}

// search is one run's.
type search struct {
	*collector
	of       int
	top      int
	lookedAt int
	deadline time.Time
	over     bool // a bound was met
}

// collect goes through the folder open as top, after run number of. An error is the record's.
func (c *collector) collect(of, top int) error {
	s := &search{collector: c, of: of, top: top, deadline: time.Now().Add(lookingTime)}
	if err := s.directory(nil); err != nil || !s.over {
		return err
	}
	return s.skip(nil, whyTooMany) // "." stands for the folder: not all of it was looked at
}

// directory goes through one directory in order of path.
func (s *search) directory(path []string) error {
	names, err := s.names(path)
	if err != nil {
		return s.skip(path, whyUnreadable)
	}
	for _, name := range names {
		if s.over = s.over || time.Now().After(s.deadline); s.over {
			break
		}
		dir := strings.HasSuffix(name, "/")
		at := append(slices.Clip(path), strings.TrimSuffix(name, "/"))
		switch {
		case dir && slices.ContainsFunc(s.globs, func(g glob) bool { return g.reaches(at) }):
			err = s.directory(at)
		case !dir && slices.ContainsFunc(s.globs, func(g glob) bool { return g.matches(at) }):
			err = s.file(at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// names lists a directory; a directory's name ends with a slash, so that to sort the names is to sort the paths.
func (s *search) names(path []string) (names []string, err error) {
	where := strings.Join(path, "/")
	if len(where) > maxPathBytes {
		return nil, unix.ENAMETOOLONG
	}
	if where == "" {
		where = "."
	}
	fd, err := openBeneath(s.top, where, openDirectory)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	err = entries(fd, func(batch []string) bool {
		for _, name := range batch {
			if s.lookedAt++; s.lookedAt > maxLookedAt {
				s.over = true
				return false
			}
			if len(path) == 0 && name == buildDir {
				continue
			}
			if st, err := lstat(fd, name); err == nil && kindOf(st) == unix.S_IFDIR {
				name += "/"
			}
			names = append(names, name)
		}
		return true
	})
	slices.Sort(names)
	return names, err
}

// file brings back one match, or says why not.
func (s *search) file(path []string) error {
	p := strings.Join(path, "/")
	if len(p) > maxPathBytes || !utf8.ValidString(p) || strings.ContainsFunc(p, unicode.IsControl) {
		return s.skip(path, whyUnreadable)
	}
	// A FIFO would have the runner wait for somebody at its other end.
	fd, err := openBeneath(s.top, p, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	if err == unix.ELOOP || err == unix.ENXIO { // a link, a socket
		return s.skip(path, whyNotRegular)
	}
	if err != nil {
		return s.skip(path, whyUnreadable)
	}
	in := os.NewFile(uintptr(fd), p)
	defer in.Close()
	var st unix.Stat_t
	switch err := unix.Fstat(fd, &st); {
	case err != nil:
		return s.skip(path, whyUnreadable)
	case kindOf(st) != unix.S_IFREG || st.Nlink != 1:
		return s.skip(path, whyNotRegular)
	case s.files == 0:
		return s.skip(path, whyTooMany)
	case st.Size > s.bytes:
		return s.skip(path, whyTooLarge)
	}
	sum := sha256.New()
	if n, err := io.Copy(sum, io.LimitReader(in, st.Size)); err != nil || n != st.Size {
		return s.skip(path, whyUnreadable)
	}
	s.files--
	s.bytes -= st.Size
	return s.send(in, artifactLine{Type: "artifact", Of: s.of, Path: p, Bytes: st.Size, SHA256: hex.EncodeToString(sum.Sum(nil))})
}

// send reads the file once more: to hash it first and hold it meanwhile would take memory that the programs may need.
func (s *search) send(in *os.File, line artifactLine) error {
	buf := make([]byte, min(chunkBytes, line.Bytes))
	for {
		piece := buf[:min(int64(len(buf)), line.Bytes-line.At)]
		if _, err := in.ReadAt(piece, line.At); err != nil && len(piece) > 0 {
			return err
		}
		line.Data = piece
		if err := s.put(line); err != nil {
			return err
		}
		if line.At += int64(len(piece)); line.At == line.Bytes {
			return nil
		}
	}
}

func (s *search) skip(path []string, why why) error {
	if s.skipped++; s.skipped > maxSkipped {
		return nil
	}
	p := strings.Join(path, "/")
	if p == "" {
		p = "."
	}
	return s.put(skippedLine{"skipped", s.of, clip(p), why})
}
