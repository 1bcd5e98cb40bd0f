package main

import (
	"crypto/rand"
	"strconv"

	"golang.org/x/sys/unix"
)

// remover removes whatever a program has left, of any depth, size and mode, with two open descriptors and without
// recursion: a directory that is not empty is moved up next to the first one and waits for its turn there. The names
// it moves things to are random, so that nothing of the program's can be in the way.
type remover struct {
	prefix string
	made   int
}

func newRemover() *remover {
	return &remover{prefix: ".gone-" + rand.Text() + "-"}
}

// remove takes name out of the directory dir, with everything beneath it.
func (r *remover) remove(dir int, name string) error {
	next := r.made
	if err := r.take(dir, name, dir); err != nil {
		return within(name, err)
	}
	for ; next < r.made; next++ {
		if err := r.dissolve(dir, r.name(next)); err != nil {
			return within(name, err)
		}
	}
	return nil
}

// take removes one entry, or moves it to top if it is a directory with something in it.
func (r *remover) take(dir int, name string, top int) error {
	switch err := unix.Unlinkat(dir, name, 0); err {
	case nil, unix.ENOENT:
		return nil
	case unix.EISDIR, unix.EPERM: // the second is what POSIX says of a directory
	default:
		return err
	}
	switch err := unix.Unlinkat(dir, name, unix.AT_REMOVEDIR); err {
	case nil:
		return nil
	case unix.ENOTEMPTY, unix.EEXIST:
	default:
		return err
	}
	// To move a directory changes its `..`, so one has to be allowed to write in it. A directory it is, and no link.
	if err := unix.Fchmodat(dir, name, 0o700, 0); err != nil {
		return err
	}
	r.made++
	return unix.Renameat(dir, name, top, r.name(r.made-1))
}

// dissolve removes one directory in top; what is not empty in it moves to top.
func (r *remover) dissolve(top int, name string) error {
	fd, err := openForUse(top, name, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if err := r.empty(fd, top); err != nil {
		return err
	}
	return unix.Unlinkat(top, name, unix.AT_REMOVEDIR)
}

// empty takes everything out of the directory dir. It is read again until nothing is found: what is removed meanwhile
// may hide what comes after it.
func (r *remover) empty(dir, top int) error {
	for found := true; found; {
		found = false
		var failed error
		err := entries(dir, func(names []string) bool {
			for _, name := range names {
				found = true
				if failed = r.take(dir, name, top); failed != nil {
					return false
				}
			}
			return true
		})
		if failed != nil {
			return failed
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *remover) name(i int) string { return r.prefix + strconv.Itoa(i) }
