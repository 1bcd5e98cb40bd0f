package main

import (
	"golang.org/x/sys/unix"
)

// workspace is everything a program can leave something in: the folders of the programs beneath /workspace, /tmp and
// /dev/shm. The runner lays it out for the first step and puts it in order before each later one.
type workspace struct {
	top     place
	scratch []place // what every step finds empty
	root    *node
	folders []*node // by program
}

// place is a directory that is there from the start. It stays open, so nothing can be put in its stead.
type place struct {
	path string
	fd   int
	mode uint32
}

func openPlace(path string) (place, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return place{path, -1, 0}, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return place{path, -1, 0}, err
	}
	return place{path, fd, st.Mode & 0o7777}, nil
}

// openWorkspace is called before there is a job.
func openWorkspace() (*workspace, *failure) {
	top, err := openPlace(workspaceDir)
	if err != nil {
		return nil, notStarted("opening "+workspaceDir, err)
	}
	w := &workspace{top: top}
	for _, path := range []string{tmpDir, shmDir} {
		// Where a program cannot get in either, there is nothing to be emptied.
		if p, err := openPlace(path); err == nil {
			w.scratch = append(w.scratch, p)
		}
	}
	return w, nil
}

// lay writes all programs' files, before the first step.
func (w *workspace) lay(programs []program) (f *failure) {
	if w.root, w.folders, f = layout(programs); f != nil {
		return f
	}
	if err := w.root.lay(w.top.fd); err != nil {
		return layFailed(err)
	}
	return nil
}

// dir is the program's folder as a path.
func (p *program) dir() string {
	if p.Dir == "." {
		return workspaceDir
	}
	return workspaceDir + "/" + p.Dir
}

// disk measures what programs can write to, but for /dev/shm, which is memory by name.
func (w *workspace) disk() disk {
	places := []place{w.top}
	for _, p := range w.scratch {
		if p.path == tmpDir {
			places = append(places, p)
		}
	}
	return openDisk(places...)
}
