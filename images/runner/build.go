package main

import (
	"io"
	"os"
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// What a compilation has made stays for all runs of its program. Where runs can write to it, the runner remembers the
// content, within bounds, so that the second run does not find what the first one made of it.

const (
	maxBuildBytes   = 16 << 20
	maxBuildEntries = 1000
	maxBuildDepth   = 16
)

// makeBuild makes the empty folder for it.
func (w *workspace) makeBuild(p *program, folder *node) error {
	fd, err := openBeneath(w.top.fd, p.Dir, openDirectory)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := unix.Mkdirat(fd, buildDir, directoryMode); err != nil {
		return err
	}
	folder.children[buildDir] = anyBuild()
	return nil
}

// anyBuild is a folder of which nothing is known.
func anyBuild() *node {
	n := newDirectory()
	n.kept = true
	return n
}

// rememberBuild looks at what there is; with contents, the next tidy puts that back as well, else only the modes. A
// folder beyond the bounds, or with anything but files and directories in it, stays as it is.
func (w *workspace) rememberBuild(p *program, folder *node, contents bool) {
	fd, err := openBeneath(w.top.fd, path.Join(p.Dir, buildDir), openDirectory)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	b := &builder{contents: contents}
	if n := b.directory(fd, 0); n != nil {
		n.mode = directoryMode
		folder.children[buildDir] = n
	}
}

type builder struct {
	contents bool
	bytes    int64
	entries  int
}

// directory returns nil where the bounds are exceeded.
func (b *builder) directory(fd, depth int) *node {
	n := newDirectory()
	ok := true
	err := entries(fd, func(names []string) bool {
		for _, name := range names {
			child := b.entry(fd, name, depth)
			if child == nil {
				ok = false
				return false
			}
			n.children[name] = child
		}
		return true
	})
	if err != nil || !ok {
		return nil
	}
	return n
}

func (b *builder) entry(dir int, name string, depth int) *node {
	st, err := lstat(dir, name)
	b.entries++
	if err != nil || b.entries > maxBuildEntries || depth >= maxBuildDepth {
		return nil
	}
	switch kindOf(st) {
	case unix.S_IFDIR:
		fd, err := openat(dir, name, openDirectory, 0)
		if err != nil {
			return nil
		}
		defer unix.Close(fd)
		n := b.directory(fd, depth+1)
		if n != nil {
			n.mode = permissions(st)
		}
		return n
	case unix.S_IFREG:
		n := &node{mode: permissions(st), kept: true}
		if !b.contents {
			return n
		}
		if b.bytes += st.Size; b.bytes > maxBuildBytes {
			return nil
		}
		n.content, err = readFile(dir, name, st.Size)
		n.kept = false
		if err != nil {
			return nil
		}
		return n
	}
	return nil
}

func readFile(dir int, name string, size int64) (string, error) {
	fd, err := openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", err
	}
	in := os.NewFile(uintptr(fd), name)
	defer in.Close()
	var s strings.Builder
	s.Grow(int(size))
	_, err = io.CopyN(&s, in, size)
	return s.String(), err
}
