package main

import (
	"errors"
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// tidy makes the world of a program what it was before the first step: its folder holds what was laid there and what
// its compilation has made, and nothing else is anywhere. The folders of other programs are left for their own turn.
// Without contents, files of the right size pass unread: no step so far could write to them.
//
// Everything that is there may have been made to hurt: see beneath.go and remover.
func (w *workspace) tidy(program int, contents bool) error {
	r := newRemover()
	for _, p := range w.scratch {
		if err := p.reclaim(); err != nil {
			return within(p.path, err)
		}
		if err := clearOut(p.fd, r); err != nil {
			return within(p.path, err)
		}
	}
	if err := w.top.reclaim(); err != nil {
		return within(w.top.path, err)
	}
	for i, folder := range w.folders {
		folder.kept = i != program
	}
	return within(w.top.path, (&tidier{r, contents}).directory(w.top.fd, w.root))
}

// reclaim gives a place its mode back; a program can change it where the place belongs to its user.
func (p place) reclaim() error {
	var st unix.Stat_t
	if err := unix.Fstat(p.fd, &st); err != nil {
		return err
	}
	if st.Mode&0o7777 == p.mode {
		return nil
	}
	return unix.Fchmod(p.fd, p.mode)
}

// clearOut removes everything in a directory.
func clearOut(dir int, r *remover) error {
	_, err := (&tidier{remover: r}).weed(dir, newDirectory())
	return err
}

type tidier struct {
	*remover
	contents bool
}

// directory makes dir what n says.
func (t *tidier) directory(dir int, n *node) error {
	there, err := t.weed(dir, n)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(n.children)) {
		child := n.children[name]
		if !there[name] {
			if err := child.make(dir, name); err != nil {
				return err
			}
		} else if child.children != nil && !child.kept {
			fd, err := openForUse(dir, name, child.mode)
			if err != nil {
				return within(name, err)
			}
			err = errors.Join(t.directory(fd, child), unix.Fchmod(fd, child.mode))
			unix.Close(fd)
			if err != nil {
				return within(name, err)
			}
		}
	}
	return nil
}

// weed removes what is not as n says, and returns the names that are.
func (t *tidier) weed(dir int, n *node) (there map[string]bool, err error) {
	there = map[string]bool{}
	for removed := true; removed; {
		removed = false
		var failed error
		err := entries(dir, func(names []string) bool {
			for _, name := range names {
				want := n.children[name]
				if there[name] || want != nil && t.right(dir, name, want) {
					there[name] = true
					continue
				}
				removed = true
				if failed = t.remove(dir, name); failed != nil {
					return false
				}
			}
			return true
		})
		if failed != nil {
			return nil, failed
		}
		if err != nil {
			return nil, err
		}
	}
	return there, nil
}

// right says whether name in dir is as n says, apart from what is in a directory. A mode is simply set.
func (t *tidier) right(dir int, name string, n *node) bool {
	st, err := lstat(dir, name)
	if err != nil {
		return false
	}
	if n.children != nil {
		return kindOf(st) == unix.S_IFDIR && setMode(dir, name, st, n)
	}
	if kindOf(st) != unix.S_IFREG {
		return false
	}
	if n.kept {
		return setMode(dir, name, st, n)
	}
	return st.Size == int64(len(n.content)) && setMode(dir, name, st, n) && (!t.contents || reads(dir, name, n.content))
}

func setMode(dir int, name string, st unix.Stat_t, n *node) bool {
	return permissions(st) == n.mode || unix.Fchmodat(dir, name, n.mode, 0) == nil
}

// reads compares a regular file with a text.
func reads(dir int, name, content string) bool {
	fd, err := openat(dir, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	buf := make([]byte, min(len(content)+1, 64<<10))
	for {
		n, err := unix.Read(fd, buf)
		switch {
		case err == unix.EINTR:
		case err != nil || n > len(content) || string(buf[:n]) != content[:n]:
			return false
		case n == 0:
			return content == ""
		default:
			content = content[n:]
		}
	}
}
