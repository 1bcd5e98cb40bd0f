package main

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"
)

// Work beneath a directory whose content a hostile program may have made. Everything goes by the directory's descriptor
// and one name at a time, so no link is ever followed and no path is ever too long. Nothing of the program is alive
// meanwhile: what was looked at does not change before it is used.

const openDirectory = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC

// openBeneath opens a plain relative path, or "." for another descriptor of top itself.
func openBeneath(top int, p string, flags int) (int, error) {
	dir, name := path.Split(p)
	at := top
	for component := range strings.SplitSeq(strings.TrimSuffix(dir, "/"), "/") {
		if component == "" {
			continue
		}
		next, err := openat(at, component, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if at != top {
			unix.Close(at)
		}
		if err != nil {
			return -1, err
		}
		at = next
	}
	fd, err := openat(at, name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if at != top {
		unix.Close(at)
	}
	return fd, err
}

func openat(dir int, name string, flags int, mode uint32) (fd int, err error) {
	for {
		fd, err = unix.Openat(dir, name, flags, mode)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

func lstat(dir int, name string) (st unix.Stat_t, err error) {
	err = unix.Fstatat(dir, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	return st, err
}

func kindOf(st unix.Stat_t) uint32 { return st.Mode & unix.S_IFMT }

func permissions(st unix.Stat_t) uint32 { return st.Mode & 0o777 }

// openForUse opens the directory called name. Its owner is the program's user, which is also the runner's, so a
// directory that nobody may enter is only a chmod away. That chmod would follow a link; name has to be a directory.
func openForUse(dir int, name string, mode uint32) (int, error) {
	if err := unix.Fchmodat(dir, name, mode|0o700, 0); err != nil {
		return -1, err
	}
	return openat(dir, name, openDirectory, 0)
}

// entries calls f with the names in a directory, a buffer's worth at a time, until f returns false.
func entries(dir int, f func(names []string) bool) error {
	if _, err := unix.Seek(dir, 0, unix.SEEK_SET); err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	var names []string
	for {
		n, err := unix.Getdents(dir, buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return err
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names[:0])
		if !f(names) {
			return nil
		}
	}
}
