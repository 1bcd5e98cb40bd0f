package main

import "golang.org/x/sys/unix"

// withEnds adds as many of the steps' ends to a result as fit into a termination message.
func withEnds(result resultLine, ends []endLine) resultLine {
	size := len(appendJSON(nil, result)) + len(`,"ends":[]`)
	for i, e := range ends {
		// The newline of its own line makes up for the comma.
		if size += len(appendJSON(nil, e)); size > maxTerminationBytes {
			ends = ends[:i]
			break
		}
	}
	result.Ends = ends
	return result
}

// writeTermination leaves the verdict where the kubelet picks it up. A program can write to that file too, which is why
// this comes when all of them are dead, and why the file is emptied first. Failure changes nothing: the record counts.
func writeTermination(path string, line any) {
	message := appendJSON(nil, line)
	if len(message) > maxTerminationBytes {
		return
	}
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_TRUNC|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	unix.Write(fd, message)
	unix.Close(fd)
}
