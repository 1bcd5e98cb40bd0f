package main

import "golang.org/x/sys/unix"

func (w *workspace) tidy(program int) error { return nil }

// makeBuild makes the empty folder for what the program's compilation makes.
func (w *workspace) makeBuild(program *program, folder *node) error {
	fd, err := openBeneath(w.top.fd, program.Dir, openDirectory)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Mkdirat(fd, buildDir, directoryMode)
}
