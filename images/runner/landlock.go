package main

import (
	"encoding/binary"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Landlock: which files a step may open, and for what. Unlike permissions and mounts, the rules are the step's own, no
// privilege is needed to make them, and neither the step nor anything that it starts can take them back.
//
// What they do not cover (Linux 6.18): looking at a path without opening it (stat, access, readlink, chdir), modes, owners
// and times (attributeCalls of the filter), sockets with a path before ABI 9, and mapping a readable file for execution.

const (
	readRights = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR

	executeRights = readRights | unix.LANDLOCK_ACCESS_FS_EXECUTE

	// Neither device files nor ioctl on devices. To move a file needs REFER on both sides, and the kernel refuses it
	// where the file would gain rights.
	writeRights = readRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REFER |
		unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK

	// What a rule on something other than a directory may speak of.
	fileRights = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE |
		unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
)

// grant is one rule: rights on a file, or on everything beneath a directory.
type grant struct {
	path   string
	rights uint64
}

// deviceGrants are for every step. Language runtimes take them for granted.
var deviceGrants = []grant{
	{"/dev/null", unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE},
	{"/dev/full", unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE},
	{"/dev/zero", unix.LANDLOCK_ACCESS_FS_READ_FILE},
	{"/dev/random", unix.LANDLOCK_ACCESS_FS_READ_FILE},
	{"/dev/urandom", unix.LANDLOCK_ACCESS_FS_READ_FILE},
}

// grants translates a step's access rights. The program itself and its ELF interpreter can be executed in any case; the
// libraries that the interpreter maps need only be readable.
func grants(s spec) []grant {
	list := append([]grant(nil), deviceGrants...)
	add := func(rights uint64, paths ...string) {
		for _, p := range paths {
			list = append(list, grant{p, rights})
		}
	}
	add(readRights, s.Confine.Read...)
	add(writeRights, s.Confine.Write...)
	if s.Confine.Commands {
		add(executeRights, s.Confine.Execute...)
	} else {
		add(readRights, s.Confine.Execute...)
	}
	return list
}

// restrict puts the step's rules in force and tells which version of Landlock holds them.
func restrict(s spec, r report) report {
	abi, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	switch e {
	case 0:
	case unix.ENOSYS, unix.EOPNOTSUPP, unix.EPERM: // not built in, not switched on, kept back by the container runtime
		return r
	default:
		return stepFailed("asking for Landlock", e)
	}
	rules := handled(int(abi), s.Confine)
	ruleset, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), unsafe.Sizeof(rules), 0)
	if e != 0 {
		return stepFailed("making Landlock rules", e)
	}
	defer unix.Close(int(ruleset))
	for _, g := range grants(s) {
		fd, err := openForRule(g.path)
		if fd >= 0 {
			err = allowBeneath(ruleset, fd, g.rights&rules.Handled_access_fs)
			unix.Close(fd)
		}
		if err != nil {
			return stepFailed("granting "+g.path, err)
		}
	}
	if err := allowProgram(ruleset, s.Argv[0]); err != nil {
		return stepFailed("granting "+s.Argv[0], err)
	}

	var flags uintptr
	if abi >= 7 {
		// Our own attempts below do not belong in the node's audit log.
		flags = unix.LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF
	}
	couldOpenRoot := canOpenRoot()
	if _, _, e := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, ruleset, flags, 0); e != 0 {
		return stepFailed("putting Landlock rules in force", e)
	}
	if holds(int(abi), couldOpenRoot) {
		r.Landlock = int(abi)
	}
	return r
}

// handled is what the rules refuse unless they grant it: all that this version of the kernel can refuse.
func handled(abi int, c confine) unix.LandlockRulesetAttr {
	var rules unix.LandlockRulesetAttr
	for _, part := range []struct {
		since int
		fs    uint64
	}{
		{1, 1<<13 - 1}, // EXECUTE to MAKE_SYM
		{2, unix.LANDLOCK_ACCESS_FS_REFER},
		{3, unix.LANDLOCK_ACCESS_FS_TRUNCATE},
		{5, unix.LANDLOCK_ACCESS_FS_IOCTL_DEV},
		{9, unix.LANDLOCK_ACCESS_FS_RESOLVE_UNIX}, // granted nowhere, so the step's own sockets only
	} {
		if abi >= part.since {
			rules.Handled_access_fs |= part.fs
		}
	}
	if abi >= 4 && !c.Network {
		rules.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if abi >= 6 {
		rules.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return rules
}

// openForRule opens what a rule is about, or returns -1 without an error if there is nothing that could be granted. A
// relative path does not lead out of the program's folder: an earlier step may have put a link there.
func openForRule(path string) (int, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_NO_MAGICLINKS}
	if !strings.HasPrefix(path, "/") {
		how.Resolve |= unix.RESOLVE_BENEATH
	}
	for attempt := 0; ; attempt++ {
		fd, err := unix.Openat2(unix.AT_FDCWD, path, &how)
		switch err {
		case nil:
			return fd, nil
		case unix.ENOENT, unix.ENOTDIR, unix.EXDEV, unix.ELOOP, unix.EACCES:
			return -1, nil
		case unix.EAGAIN: // something was renamed somewhere while a .. was walked
			if attempt < 100 {
				continue
			}
		}
		return -1, err
	}
}

func allowBeneath(ruleset uintptr, fd int, rights uint64) error {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	if rights == 0 {
		return nil
	}
	rule := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, e := unix.RawSyscall6(unix.SYS_LANDLOCK_ADD_RULE, ruleset, unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&rule)), 0, 0, 0)
	if e != 0 {
		return e
	}
	return nil
}

// allowProgram lets the program's file and its ELF interpreter be executed. Where there is no such file, execve will say
// so.
func allowProgram(ruleset uintptr, path string) error {
	for _, p := range []string{path, interpreter(path)} {
		fd, err := unix.Open(p, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		var stat unix.Stat_t
		err = unix.Fstat(fd, &stat)
		if err == nil && stat.Mode&unix.S_IFMT == unix.S_IFREG {
			err = allowBeneath(ruleset, fd, unix.LANDLOCK_ACCESS_FS_EXECUTE|unix.LANDLOCK_ACCESS_FS_READ_FILE)
		}
		unix.Close(fd)
		if err != nil {
			return err
		}
	}
	return nil
}

// interpreter reads from an ELF file which program the kernel loads to start it, usually ld.so. Empty: none.
func interpreter(path string) string {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	// The headers of the files that linkers make lie in the first page. Kernels of both architectures are 64-bit and
	// little-endian here; what they do not execute needs no interpreter.
	head := make([]byte, 4096)
	n, err := unix.Pread(fd, head, 0)
	if err != nil || n < 64 || string(head[:6]) != "\x7fELF\x02\x01" {
		return ""
	}
	le := binary.LittleEndian
	at, size, count := le.Uint64(head[32:]), uint64(le.Uint16(head[54:])), uint64(le.Uint16(head[56:]))
	for i := range count {
		p := at + i*size
		if size < 56 || at > 4096 || p+56 > uint64(n) {
			return ""
		}
		header := head[p : p+56]
		if le.Uint32(header) != elfInterpreter {
			continue
		}
		offset, length := le.Uint64(header[8:]), le.Uint64(header[32:])
		if length < 2 || length > unix.PathMax {
			return ""
		}
		name := make([]byte, length)
		if n, err := unix.Pread(fd, name, int64(offset)); err != nil || n != len(name) {
			return ""
		}
		return unix.ByteSliceToString(name)
	}
	return ""
}

const elfInterpreter = 3 // PT_INTERP

// holds tries whether the rules hold on the calling thread: by answers that only they can give. No rule grants ioctl on
// a device (ABI 5); before that, the root directory, unless it is granted, must have become closed.
func holds(abi int, couldOpenRoot bool) bool {
	if abi >= 6 && unix.Kill(unix.Getppid(), 0) != unix.EPERM {
		return false
	}
	if abi < 5 {
		return couldOpenRoot && !canOpenRoot()
	}
	fd, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	_, err = unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == unix.EACCES
}

func canOpenRoot() bool {
	fd, err := unix.Open("/", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err == nil
}
