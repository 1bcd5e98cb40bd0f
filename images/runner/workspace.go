package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"syscall"
)

// writeFiles lays the job's files beneath dir. os.Root keeps every step of a path inside dir, also where somebody
// left a symbolic link; O_EXCL refuses to write through or over anything that is there already.
func writeFiles(dir string, files []file) *failure {
	if len(files) == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return notStarted("opening the workspace", err)
	}
	defer root.Close()
	for _, f := range files {
		if err := writeFile(root, f); err != nil {
			// These are faults of the job; all others, a full or read-only disk above all, are the sandbox's.
			for _, e := range []error{syscall.EEXIST, syscall.ENOTDIR, syscall.EISDIR, syscall.ENAMETOOLONG, syscall.ELOOP} {
				if errors.Is(err, e) {
					return badJob("The file %.200q cannot be written: %v.", f.Path, e)
				}
			}
			return notStarted(fmt.Sprintf("writing the file %.200q", f.Path), err)
		}
	}
	return nil
}

func writeFile(root *os.Root, f file) error {
	if dir := path.Dir(f.Path); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	out, err := root.OpenFile(f.Path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = out.WriteString(f.Content)
	return errors.Join(err, out.Close())
}

func notStarted(doing string, err error) *failure {
	// An *os.PathError repeats the operation and the path; the cause is enough.
	var e syscall.Errno
	if errors.As(err, &e) {
		err = e
	}
	return &failure{exitNotStarted, fmt.Sprintf("The program was not started: %s failed: %v.", doing, err)}
}
