"""System calls that nobody needs and that have let others out of their containers: namespaces, io_uring, key rings, shared
memory that outlives its process, the machine's clock and its cgroups."""

from tests.attack.attack import (
    Attack,
    Bare,
    Predicate,
    c,
    either,
    holds,
    named,
    of_program,
    python,
    said,
)

_FILTER = "the runner's filter refuses the call"
_POD = "the same program in a Pod without the runner"
_LOOSE = f"{_POD}, seccomp Unconfined"


def _own_namespace(kind: str) -> Predicate:
    return lambda e: any(p.namespaces[kind] != first.namespaces[kind] for p in e.portraits() for first in e.pid_1())


_NAMESPACES = """
    flags = (0x10000000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x80)
    print([call(272, flag) for flag in (0x7E020000, *flags)])
    tried()
"""

_CLONED = r"""
    #include <sched.h>
    #include <linux/sched.h>
    int main(void) {
        struct clone_args wide = {.flags = CLONE_NEWUSER | CLONE_NEWNET, .exit_signal = SIGCHLD};
        long child = syscall(SYS_clone3, &wide, sizeof wide);
        if (child < 0) child = syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0);
        if (child < 0) child = syscall(SYS_clone, (1UL << 40) | CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
        if (child < 0) child = fork();
        if (child == 0) { tried(); _exit(0); }
        printf("%ld\n", child);
        waitpid(child, 0, 0);
        return 0;
    }
"""

ATTACKS = [
    Attack(
        id="kernel-unshare",
        tries="Moves into a user namespace of its own, where it would be root, with unshare.",
        stopped_by=_FILTER,
        program=python(_NAMESPACES),
        worked=_own_namespace("user"),
        control=Bare(f"{_LOOSE}: the node shows another user namespace", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-clone",
        tries="Makes a child in a user and network namespace of its own, with clone3, and with clone and bits above the "
        "flags.",
        stopped_by="the runner's filter refuses clone with namespace flags, and clone3 as if there were none",
        language="c",
        program=c(_CLONED),
        worked=_own_namespace("user"),
        control=Bare(f"{_LOOSE}: the node shows a child in another user namespace", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-mount",
        tries="Mounts a file system, with mount, with the newer calls, and from a user namespace of its own.",
        stopped_by=_FILTER + "; no capability is left",
        program=python("""
            call(272, 0x10020000)
            where = b"/tmp"
            answers = [call(165, b"tmpfs", where, b"tmpfs", 0, token.encode() and b"size=4321k"), call(430, b"tmpfs", 0),
                       call(428, -100, b"/tmp", 1), call(155, b"/tmp", b"/tmp"), call(161, b"/tmp")]
            print(answers)
            tried()
        """),
        worked=of_program(lambda p: "size=4324k" in p.mounts or "size=4321k" in p.mounts),
        control=Bare(f"{_POD}, privileged: the node shows the mount", privileged=True, own=True),
        watched=True,
    ),
    Attack(
        id="kernel-io-uring",
        tries="Opens an io_uring, which does system calls without making them.",
        stopped_by=_FILTER,
        program=python("""
            print(call(425, 4, ctypes.create_string_buffer(200)))
            tried()
        """),
        worked=holds("io_uring"),
        control=Bare(f"{_LOOSE}: the node shows the ring", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-keyrings",
        tries="Puts a key into the kernel's key ring, which belongs to its user and outlives the program.",
        stopped_by=_FILTER,
        program=python("""
            word = token.encode()
            print(call(248, b"user", word, word, len(word), -4), call(250, 1, 0), call(249, b"user", word, 0, -4))
            tried()
        """),
        worked=of_program(lambda p: p.keys > 0),
        control=Bare(f"{_LOOSE}: the node counts a key of its user", seccomp="Unconfined", own=True),
        watched=True,
    ),
    Attack(
        id="kernel-bpf",
        tries="Loads a map into the kernel with bpf.",
        stopped_by=_FILTER,
        program=python("""
            print(call(321, 0, ctypes.byref((ctypes.c_uint * 32)(2, 4, 8, 1)), 128))
            tried()
        """),
        worked=holds("bpf-map"),
        control=Bare(f"{_POD}, privileged: the node shows the map", privileged=True),
        watched=True,
    ),
    Attack(
        id="kernel-perf-events",
        tries="Opens a performance counter, which tells much about neighbours.",
        stopped_by=_FILTER,
        program=python("""
            attributes = (ctypes.c_uint * 32)(1, 112, 0)
            print(call(298, ctypes.byref(attributes), 0, -1, -1, 0))
            tried()
        """),
        worked=holds("[perf_event]"),
        control=Bare(f"{_POD}, privileged: the node shows the counter", privileged=True),
        watched=True,
    ),
    Attack(
        id="kernel-userfaultfd",
        tries="Handles page faults itself, with userfaultfd: the usual way to win races inside the kernel.",
        stopped_by=_FILTER,
        program=python("""
            print(call(323, 1), call(323, 0))
            tried()
        """),
        worked=holds("[userfaultfd]"),
        control=Bare(f"{_LOOSE}: the node shows the descriptor", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-fanotify",
        tries="Watches what others do with files, with fanotify.",
        stopped_by=_FILTER,
        program=python("""
            print(call(300, 0x200, 0), call(300, 0, 0))
            tried()
        """),
        worked=holds("[fanotify]"),
        control=Bare(f"{_LOOSE}: the node shows the descriptor", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-memfd",
        tries="Makes files that lie nowhere, with memfd_create and memfd_secret.",
        stopped_by=_FILTER,
        program=python("""
            print(call(319, token.encode(), 0), call(447, 0))
            tried()
        """),
        worked=holds("memfd:"),
        control=Bare(f"{_POD}: the node shows the file"),
        watched=True,
    ),
    Attack(
        id="kernel-shared-memory",
        tries="Makes System V shared memory, message queues and semaphores, which outlive the program and are nobody's.",
        stopped_by=_FILTER,
        program=python("""
            segment = call(29, 4711, 1 << 20, 0o1600)
            libc.shmat.restype = ctypes.c_void_p
            print(segment, call(68, 4711, 0o1600), call(64, 4711, 1, 0o1600), libc.shmat(max(segment, 0), None, 0))
            tried()
        """),
        worked=of_program(lambda p: "/SYSV" in p.maps),
        control=Bare(f"{_POD}: the node shows the segment in its memory map"),
        watched=True,
    ),
    Attack(
        id="kernel-message-queues",
        tries="Makes a POSIX message queue, by the call and by the file system it lives in.",
        stopped_by=_FILTER + "; Landlock leaves out /dev/mqueue",
        program=python("""
            print(call(240, token.encode(), 0o102, 0o600, 0), repr(attempt(open, "/dev/mqueue/file-" + token, "w")))
            tried()
        """),
        worked=named,
        control=Bare(f"{_POD}: the node shows the queue"),
        watched=True,
    ),
    Attack(
        id="kernel-personality",
        tries="Switches off the randomisation of addresses, and makes readable memory executable, with personality.",
        stopped_by=_FILTER,
        program=python("""
            print(call(135, 0x0440000))
            tried()
        """),
        worked=of_program(lambda p: int(p.personality, 16) != 0),
        control=Bare(f"{_LOOSE}: the node shows the new personality", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="kernel-setuid",
        tries="Becomes root, by every call that changes a user or a group, and by capset.",
        stopped_by="no capability is left, no_new_privs is set, and no file of the image is setuid",
        program=python("""
            print(call(105, 0), call(106, 0), call(117, 0, 0, 0), call(119, 0, 0, 0), call(122, 0), call(116, 0, None))
            header, data = (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)(*[0xffffffff] * 6)
            print(call(126, header, data))
            tried()
        """),
        worked=of_program(lambda p: p.is_root() or int(p.status["CapEff"], 16) > 0),
        control=Bare(
            f"{_POD}, as a root that gave up its user: it takes it back",
            root=True,
            own=True,
            capabilities=("SETUID",),
            command="exec python3 -c 'import os,sys; os.setresuid(0, 1000, 1000); os.execv(sys.argv[1], sys.argv[1:])' "
            "/usr/bin/python3 -u main.py @TOKEN@",
        ),
        watched=True,
    ),
    Attack(
        id="kernel-setuid-program",
        tries="Executes a program that the image has with the setuid bit, and asks it who it is.",
        stopped_by="the image has none; the whole Pod may not gain privileges",
        program=python("""
            import stat
            found = []
            for top in ("/usr", "/bin", "/sbin", "/opt", "/var/tmp", "/workspace"):
                for folder, _, names in os.walk(top):
                    for name in names:
                        path = os.path.join(folder, name)
                        info = attempt(os.lstat, path)
                        if not isinstance(info, Exception) and stat.S_ISREG(info.st_mode) and info.st_mode & 0o6000:
                            found.append(path)
            print(found)
            for path in found:
                if os.fork() == 0:
                    attempt(os.execv, path, [token, "-c", "import time; time.sleep(2)"])
                    os._exit(1)
            time.sleep(3)
        """),
        spec={"access": {"commands": True, "filesystem": True}},
        worked=lambda e: any(p.was_root for p in e.processes if any(w and w[0] == e.token for w in p.commands)),
        control=Bare(
            f"{_POD}, where root has left a setuid interpreter: it is root",
            root=True,
            own=True,
            no_new_privileges=False,
            capabilities=("SETUID", "SETGID", "CHOWN", "FSETID"),
            command="cp /usr/bin/python3 p && chmod 4755 p && exec python3 -c 'import os,sys; os.setresgid(1000, 1000, 1000); "
            "os.setresuid(1000, 1000, 1000); os.execv(sys.argv[1], sys.argv[1:])' /usr/bin/python3 -u main.py @TOKEN@",
        ),
    ),
    Attack(
        id="kernel-devices",
        tries="Makes a device file of the node's memory and of its first disk, and opens what there is.",
        stopped_by="no CAP_MKNOD, and Landlock grants the making of devices nowhere",
        program=python("""
            for where in ("/tmp/", "/dev/shm/", "./", "/dev/"):
                print(repr(attempt(os.mknod, where + "dev-" + token, 0o020666, os.makedev(1, 1))))
            print([repr(attempt(open, "/dev/" + name, "rb")) for name in ("kmsg", "mem", "sda", "vda", "fuse", "kvm", "tty")])
            tried()
        """),
        spec={"access": {"filesystem": True}},
        worked=named,
        control=Bare(f"{_POD}, privileged: the node shows the device file", privileged=True),
        watched=True,
    ),
    Attack(
        id="kernel-cgroup",
        tries="Makes a cgroup of its own, whose limits would be its own, and writes to release_agent.",
        stopped_by="cgroups are mounted read-only; Landlock grants no writing there",
        program=python("""
            import glob
            for top in ("/sys/fs/cgroup", *glob.glob("/sys/fs/cgroup/*"), "/sys/fs/cgroup/memory"):
                print(top, repr(attempt(os.mkdir, top + "/" + token)), repr(attempt(open, top + "/release_agent", "w")))
            tried()
        """),
        worked=lambda e: any(e.token in p.cgroups for p in e.portraits()),
        control=Bare(
            f"{_POD}, privileged: the node shows the cgroup",
            privileged=True,
            command="python3 -u main.py @TOKEN@; rmdir /sys/fs/cgroup/*/@TOKEN@ /sys/fs/cgroup/@TOKEN@; true",
        ),
        watched=True,
    ),
    Attack(
        id="kernel-log",
        tries="Reads the kernel's log, with syslog and from /dev/kmsg.",
        stopped_by=_FILTER + "; /dev/kmsg is not in a Pod",
        program=python("""
            text = ctypes.create_string_buffer(1 << 20)
            done = call(103, 3, text, len(text))
            print(done, "kernel says", text.raw[:max(done, 0)].count(b"\\n"), "lines" if done > 0 else "nothing")
        """),
        worked=said("lines"),
        control=Bare(f"{_POD}, privileged: it reads it", privileged=True),
    ),
    Attack(
        id="kernel-clock",
        tries="Turns the machine's clock, with clock_settime, settimeofday, adjtimex and clock_adjtime.",
        stopped_by=_FILTER + "; no capability is left",
        program=python("""
            now = (ctypes.c_long * 2)()
            call(228, 0, now)
            mode = (ctypes.c_uint * 64)()
            mode[0] = 0x2000  # ADJ_NANO: a flag that changes nothing where it is set already
            print("clock:", call(227, 0, now) == 0 or call(159, mode) >= 0 or call(305, 0, mode) >= 0)
        """),
        worked=said("clock: True"),
        control=Bare(f"{_POD}, privileged: the kernel takes the time that it had anyway", privileged=True),
    ),
    Attack(
        id="kernel-core-dump",
        tries="Crashes so that the kernel writes its memory to a file, in its folder, which comes back as an artifact.",
        stopped_by="RLIMIT_CORE is 0, hard",
        program=python("""
            import resource, signal
            print(repr(attempt(resource.setrlimit, resource.RLIMIT_CORE, (-1, -1))), flush=True)
            if os.fork() == 0:
                os.kill(os.getpid(), signal.SIGABRT)
            print(os.wait(), [os.rename(n, "core-" + token) for n in os.listdir(".") if n.startswith("core")])
            tried()
        """),
        spec={"access": {"filesystem": True}, "artifacts": ["core*"]},
        worked=either(
            named, lambda e: f"core-{e.token}" in e.output.replace(f"['core-{e.token}']", "") and "bytes" in e.output
        ),
        control=Bare(
            f"{_POD}: the node shows the file",
            own=True,
            command="cp main.py .. && cd .. && ulimit -c unlimited; exec python3 -u main.py @TOKEN@",
        ),
        watched=True,
    ),
    Attack(
        id="kernel-file-handles",
        tries="Opens a file by its number on the disk instead of its path (open_by_handle_at, known as shocker).",
        stopped_by=_FILTER + "; no capability is left",
        program=python("""
            handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
            got = call(303, -100, b"main.py", handle, ctypes.byref(ctypes.c_int()), 0)
            place = os.open(".", os.O_RDONLY)
            print(got, call(304, place, handle, 0))
            os.close(place)
            tried()
        """),
        worked=holds("main.py"),
        control=Bare(f"{_POD}, privileged: the node shows the opened file", privileged=True),
        watched=True,
    ),
    Attack(
        id="kernel-settings",
        tries="Writes to kernel settings beneath /proc/sys: core_pattern and the Pod's own network settings.",
        stopped_by="/proc/sys is read-only and belongs to root; Landlock grants no writing there",
        program=python("""
            print(repr(attempt(lambda: open("/proc/sys/kernel/core_pattern", "r+"))))
            kept = attempt(lambda: open("/proc/sys/net/ipv4/ip_forward", "r+"))
            print(repr(kept))
            tried()
        """),
        worked=holds("ip_forward"),
        control=Bare(f"{_POD}, privileged: the node shows it open for writing", privileged=True),
        watched=True,
    ),
]
