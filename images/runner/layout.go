package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// node is what has to be at a place beneath the workspace: a directory, or a file with its content. The runner holds
// the whole tree in memory, so that every run can find it as the first one did.
type node struct {
	children map[string]*node // nil: a file
	mode     uint32
	content  string
	// kept is for what the runner did not make: a file whose content it does not know, or a directory that it leaves
	// alone. Only the mode is put right.
	kept bool
}

const (
	directoryMode = 0o755
	fileMode      = 0o644
)

func newDirectory() *node {
	return &node{children: map[string]*node{}, mode: directoryMode}
}

// layout is the tree for all programs; folders are the programs' own nodes in it.
func layout(programs []program) (root *node, folders []*node, f *failure) {
	root = newDirectory()
	for _, p := range programs {
		folder := root
		if p.Dir != "." {
			var err error
			if folder, err = root.directory(p.Dir); err != nil {
				return nil, nil, cannotBe(p.Dir, err)
			}
		}
		folders = append(folders, folder)
		for i := range p.Files {
			at := &p.Files[i]
			content := string(at.Base64)
			if at.Content != nil {
				content = *at.Content
			}
			at.Base64 = nil // one copy is enough
			if err := folder.add(at.Path, content); err != nil {
				return nil, nil, cannotBe(at.Path, err)
			}
		}
	}
	return root, folders, nil
}

func (n *node) directory(p string) (*node, error) {
	for name := range strings.SplitSeq(p, "/") {
		child := n.children[name]
		if child == nil {
			child = newDirectory()
			n.children[name] = child
		}
		if child.children == nil {
			return nil, syscall.ENOTDIR
		}
		n = child
	}
	return n, nil
}

func (n *node) add(p, content string) error {
	if slash := strings.LastIndexByte(p, '/'); slash >= 0 {
		var err error
		if n, err = n.directory(p[:slash]); err != nil {
			return err
		}
		p = p[slash+1:]
	}
	if n.children[p] != nil {
		return syscall.EEXIST
	}
	n.children[p] = &node{mode: fileMode, content: content}
	return nil
}

// lay makes everything of n in the directory dir, which holds nothing of it yet: O_EXCL refuses to write through or
// over what is there.
func (n *node) lay(dir int) error {
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		if err := n.children[name].make(dir, name); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) make(dir int, name string) error {
	switch {
	case n.children == nil && n.kept:
		return nil // nobody knows what was in it
	case n.children == nil:
		return within(name, writeFile(dir, name, n))
	}
	if err := unix.Mkdirat(dir, name, n.mode|0o700); err != nil {
		return within(name, err)
	}
	fd, err := openat(dir, name, openDirectory, 0)
	if err != nil {
		return within(name, err)
	}
	defer unix.Close(fd)
	if err := n.lay(fd); err != nil {
		return within(name, err)
	}
	if n.mode&0o700 != 0o700 {
		return within(name, unix.Fchmod(fd, n.mode))
	}
	return nil
}

func writeFile(dir int, name string, n *node) error {
	fd, err := openat(dir, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, n.mode)
	if err != nil {
		return err
	}
	out := os.NewFile(uintptr(fd), name)
	_, err = io.WriteString(out, n.content)
	return errors.Join(err, out.Close())
}

// placeError is an error with the place where it happened.
type placeError struct {
	path string
	err  error
}

func (e *placeError) Error() string { return e.path + ": " + e.err.Error() }
func (e *placeError) Unwrap() error { return e.err }

func within(name string, err error) error {
	if err == nil {
		return nil
	}
	var inner *placeError
	if errors.As(err, &inner) {
		return &placeError{name + "/" + inner.path, inner.err}
	}
	return &placeError{name, err}
}

// cannotBe is for a layout that contradicts itself.
func cannotBe(p string, err error) *failure {
	return badJob("The file %.200q cannot be written: %v.", p, err)
}

// layFailed tells the job's faults from the sandbox's, a full or read-only disk above all.
func layFailed(err error) *failure {
	var at *placeError
	if errors.As(err, &at) {
		for _, e := range []error{syscall.EEXIST, syscall.ENOTDIR, syscall.EISDIR, syscall.ENAMETOOLONG, syscall.ELOOP} {
			if errors.Is(err, e) {
				return cannotBe(at.path, e)
			}
		}
		return notStarted(fmt.Sprintf("writing the file %.200q", at.path), at.err)
	}
	return notStarted("writing the files", err)
}
