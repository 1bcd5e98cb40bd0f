"""What /proc tells of PID 1 and of others, and what can be done to PID 1 through it or through system calls that take a
process. PID 1 is the runner: it has the user's id, and everything worth stealing in its memory."""

from tests.attack.attack import Attack, Bare, Evidence, Loosened, learned_canary, of_pid_1, of_program, python, said

_SHUT = "PID 1 is not dumpable, so the kernel shows it to nobody of its user; without filesystem access /proc cannot be opened"
_STAND_IN = "the same program in a Pod whose PID 1 has the same user and is an ordinary process"

_SECRET_LATER = {
    "batch": [
        {"name": "thief"},
        {"name": "victim", "code": "import sys; sys.stdin.read()", "stdin": "@CANARY@", "args": []},
    ]
}
"""A second item whose input waits in the runner's memory while the first one runs."""

_REGIONS = """
    import re
    wanted = re.compile(b"can" + b"ary-[0-9a-f]{16}")
    lines = attempt(lambda: open("/proc/1/maps").readlines())
    regions = []
    if isinstance(lines, list):
        for line in lines:
            first, last = (int(x, 16) for x in line.split()[0].split("-"))
            if line.split()[1].startswith("rw") and last - first < 1 << 28:
                regions.append((first, last - first))
    else:
        print(repr(lines))
        regions = [(0xC000000000 + (n << 22), 1 << 22) for n in range(16)]  # where Go keeps its heap
"""


def _more_limits(e: Evidence) -> bool:
    """PID 1 may open fewer files than the attack's mark says."""
    return any(portrait.limits["Max open files"] == "77" for portrait in e.pid_1())


ATTACKS = [
    Attack(
        id="proc-memory",
        tries="Reads the runner's memory in /proc/1/mem, where the input of the next item waits.",
        stopped_by=_SHUT,
        program=python(
            _REGIONS
            + """
    found, memory = set(), attempt(open, "/proc/1/mem", "rb", 0)
    print(repr(memory))
    if not isinstance(memory, Exception):
        for start, size in regions:
            def read():
                memory.seek(start)
                return memory.read(size)
            piece = attempt(read)
            if isinstance(piece, bytes):
                found.update(wanted.findall(piece))
    print(sorted(found))
        """
        ),
        spec=_SECRET_LATER,
        worked=learned_canary,
        control=Bare(f"{_STAND_IN}: it finds the word in its memory"),
    ),
    Attack(
        id="proc-process-vm",
        tries="Reads the runner's memory with process_vm_readv, also at the addresses where Go keeps its heap.",
        stopped_by="the runner's filter refuses the call; PID 1 is not dumpable",
        program=python(
            _REGIONS
            + """
    found, answers = set(), set()
    for start, size in regions:
        buffer = ctypes.create_string_buffer(size)
        mine = (ctypes.c_ulong * 2)(ctypes.addressof(buffer), size)
        theirs = (ctypes.c_ulong * 2)(start, size)
        done = call(310, 1, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
        answers.add(done if done < 0 else 1)
        if done > 0:
            found.update(wanted.findall(buffer.raw[:done]))
    print(answers, sorted(found))
        """
        ),
        spec=_SECRET_LATER,
        worked=learned_canary,
        control=Bare(f"{_STAND_IN}, seccomp Unconfined: it finds the word in its memory", seccomp="Unconfined"),
    ),
    Attack(
        id="proc-expected-output",
        tries="Looks for the expected output, with which it is going to be compared, in its files, its environment and all of "
        "/proc.",
        stopped_by="the expected output never enters a sandbox: the runner reports digests",
        program=python("""
            import re
            wanted = re.compile(b"can" + b"ary-[0-9a-f]{16}")
            found = set()
            for top in ("/workspace", "/tmp", "/proc/1", "/proc/self", "/dev"):
                for folder, _, names in os.walk(top):
                    if folder.count("/") > 3:
                        continue
                    for name in names:
                        path = os.path.join(folder, name)
                        if name in ("kmsg", "mem", "pagemap", "clear_refs") or not os.path.isfile(path):
                            continue
                        text = attempt(lambda: open(path, "rb").read(1 << 20))
                        if isinstance(text, bytes):
                            found.update(wanted.findall(text))
            print(sorted(found))
        """),
        spec={"batch": [{"name": "curious", "expectedOutput": "@CANARY@"}]},
        worked=learned_canary,
        control=Bare(f"{_STAND_IN} and was given the word in its arguments: it finds it"),
        verdict=frozenset({"WrongOutput"}),
    ),
    Attack(
        id="proc-environment",
        tries="Reads PID 1's environment, which names the API server.",
        stopped_by=_SHUT,
        program=python('print(repr(attempt(lambda: open("/proc/1/environ").read())))'),
        worked=said("KUBERNETES_SERVICE_HOST"),
        control=Bare(f"{_STAND_IN}: it reads the API server's address"),
    ),
    Attack(
        id="proc-own-environment",
        tries="Looks for Kubernetes in its own environment, and for a service account's token.",
        stopped_by="the environment is made of three variables and the author's; no token is mounted",
        program=python("""
            import glob
            print(dict(os.environ), glob.glob("/var/run/secrets/*/*/*"), glob.glob("/run/secrets/*/*/*"))
        """),
        worked=said("KUBERNETES_"),
        control=Bare(f"{_STAND_IN}: a container's environment names the API server"),
    ),
    Attack(
        id="proc-descriptors",
        tries="Takes the runner's own descriptors with pidfd_getfd.",
        stopped_by="the runner's filter refuses the call; PID 1 is not dumpable",
        program=python("""
            pidfd = call(434, 1, 0)
            print(pidfd, [call(438, pidfd, number, 0) for number in range(24)])
            if pidfd >= 0:
                os.close(pidfd)
            tried()
        """),
        worked=lambda e: any(to.startswith(("pipe:", "socket:")) for to in e.descriptors()),
        control=Bare(
            f"{_STAND_IN}, seccomp Unconfined: the node shows PID 1's pipe in the thief", seccomp="Unconfined"
        ),
        watched=True,
    ),
    Attack(
        id="proc-ptrace",
        tries="Attaches to PID 1 as its debugger.",
        stopped_by="the runner's filter refuses ptrace; PID 1 is not dumpable",
        program=python("""
            print(call(101, 0x4206, 1, 0, 0), call(101, 16, 1, 0, 0))
            tried()
        """),
        worked=of_pid_1(lambda p: p.status["TracerPid"] != "0"),
        control=Bare(f"{_STAND_IN}: the node shows PID 1 with a tracer", own=True),
        watched=True,
    ),
    Attack(
        id="proc-limits-of-pid-1",
        tries="Lowers PID 1's resource limits with prlimit, so that it can open no file any more.",
        stopped_by="the runner's filter lets prlimit be aimed at the caller only",
        program=python("""
            print(call(302, 1, 7, ctypes.byref((ctypes.c_ulong * 2)(77, 77)), 0))
            tried()
        """),
        worked=_more_limits,
        control=Bare(f"{_STAND_IN}: the node shows the lowered limit", own=True),
        watched=True,
    ),
    Attack(
        id="proc-priority-of-pid-1",
        tries="Makes PID 1 the least important process of the node, by setpriority on it, its group, its user, and ioprio_set.",
        stopped_by="the runner's filter lets these calls be aimed at the caller only",
        program=python("""
            answers = [call(141, 0, 1, 17), call(141, 1, 1, 17), call(141, 2, os.getuid(), 17), call(251, 1, 1, 0x6007)]
            print(answers)
            tried()
        """),
        worked=of_pid_1(lambda p: p.nice == 17),
        control=Bare(f"{_STAND_IN}: the node shows PID 1 at nice 17", own=True),
        watched=True,
    ),
    Attack(
        id="proc-scheduling-of-pid-1",
        tries="Puts PID 1 under the idle scheduling policy and on one processor.",
        stopped_by="the runner's filter lets these calls be aimed at the caller only",
        program=python("""
            print(call(203, 1, 8, ctypes.byref(ctypes.c_ulong(1))), call(144, 1, 5, ctypes.byref(ctypes.c_int(0))))
            tried()
        """),
        worked=of_pid_1(lambda p: int(p.status["Cpus_allowed"].replace(",", ""), 16) == 1),
        control=Bare(f"{_STAND_IN}: the node shows PID 1 bound to one processor", own=True),
        watched=True,
    ),
    Attack(
        id="proc-oom-score-of-pid-1",
        tries="Makes PID 1 the first that the kernel kills when memory runs out.",
        stopped_by=_SHUT,
        program=python("""
            def write():
                with open("/proc/1/oom_score_adj", "w") as out:
                    out.write("987")
            print(repr(attempt(write)))
            tried()
        """),
        worked=of_pid_1(lambda p: p.oom_score_adj == 987),
        control=Bare(f"{_STAND_IN}: the node shows the new score", own=True, seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="proc-own-oom-score",
        tries="Takes itself out of the kernel's sight when memory runs out, so that the runner is killed in its place.",
        stopped_by="Landlock: nothing beneath /proc can be written",
        program=python("""
            def write():
                for score in range(-1000, 1000, 50):
                    try:
                        with open("/proc/self/oom_score_adj", "w") as out:
                            out.write(str(score))
                        return score
                    except PermissionError as error:
                        last = error
                return last
            print(repr(attempt(write)))
            tried()
        """),
        worked=of_program(lambda p: p.oom_score_adj < 1000),
        control=Loosened("the same job with /proc among what may be written", {"write": ["/proc"]}),
        watched=True,
    ),
    Attack(
        id="proc-other-processes",
        tries="Lists all processes in /proc and what they are called.",
        stopped_by="the Pod has a process namespace of its own; without filesystem access /proc cannot be opened",
        program=python("""
            for number in range(1, 100000):
                found = attempt(lambda: open(f"/proc/{number}/comm").read())
                if isinstance(found, str):
                    print(number, found)
        """),
        worked=said("kubelet"),
        control=Bare(f"{_STAND_IN}, with hostPID: it sees the kubelet", host_pid=True),
    ),
    Attack(
        id="proc-inherited-descriptors",
        tries="Looks for descriptors that the runner, its stage or the container runtime left open.",
        stopped_by="everything from descriptor 3 on is closed on execution",
        program=python("""
            kept = [fd for fd in range(3, 5000) if not isinstance(attempt(os.fstat, fd), Exception)]
            print(kept)
            tried()
        """),
        worked=lambda e: bool(e.descriptors()),
        control=Bare(
            "the same program started by a shell that left a file open: the node shows it",
            command="exec 7</etc/hosts; exec python3 -u main.py @TOKEN@",
        ),
        watched=True,
    ),
]
