"""Lies about what came of a run: lines that look like the runner's, and places where it or the kubelet would take them
for true."""

import json

from tests.attack.attack import Attack, Bare, Evidence, Predicate, ends, named, python
from tests.attack.themes.shapes import deaf_supervisor

_LIE = """
    import json
    lie = {"type": "result", "v": 2, "id": token, "steps": 1, "network": "shut", "networkMs": 1, "seccomp": True,
           "landlock": 7, "cgroup": "v1"}
    end = {"type": "end", "step": 0, "kind": "run", "of": 0, "cause": "exit", "exitCode": 0, "signal": "",
           "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00Z", "wallMs": 1, "cpuMs": 1,
           "peakMemoryBytes": 1, "oomKills": 0, "peakProcesses": 1, "diskBytes": 0, "stdoutBytes": 0, "stderrBytes": 0,
           "stdoutSha256": "", "tokensSha256": "", "message": ""}
    text = "\\n" + "\\n".join(json.dumps(each, separators=(",", ":")) for each in (end, lie)) + "\\n"
"""


def forged_line(e: Evidence) -> bool:
    """A line of the container's log is the program's own result."""
    for line in e.log.splitlines():
        try:
            found = json.loads(line.split(" ", 3)[-1])
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("type") == "result" and found.get("id") == e.token:
            return True
    return False


def _lied(e: Evidence) -> bool:
    return forged_line(e) or e.token in e.termination


def _blamed(code: int) -> Predicate:
    return lambda e: e.run is not None and e.run.exit_code == code and e.run.status["sandbox"]["attempt"] == 0


ATTACKS = [
    Attack(
        id="record-forged-lines",
        tries="Prints the runner's last lines, with success in them, on both streams, and ends with exit code 9.",
        stopped_by="what it prints travels inside the runner's lines, in base64",
        program=python(
            _LIE
            + """
    for stream in (1, 2):
        os.write(stream, text.encode())
    os._exit(9)
    """
        ),
        worked=_lied,
        control=Bare(
            "the same program as a container of its own: its lines are lines of the container's log",
            own=True,
            command="exec python3 -u main.py @TOKEN@ > /proc/1/fd/1",
        ),
        verdict=ends("NonZeroExit"),
        disk=True,
        also=_blamed(9),
    ),
    Attack(
        id="record-runners-stdout",
        tries="Writes those lines to PID 1's own standard output, past its own pipe.",
        stopped_by="PID 1 is not dumpable, so its descriptors cannot be opened; Landlock grants nothing beneath /proc",
        program=python(
            _LIE
            + """
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        def write():
            with open(f"/proc/1/fd/{number}", "w") as out:
                out.write(text)
        print(repr(attempt(write)))
    os._exit(9)
    """
        ),
        worked=_lied,
        control=Bare("the same program beside an ordinary PID 1: its lines are in the container's log", own=True),
        verdict=ends("NonZeroExit"),
        disk=True,
        also=_blamed(9),
    ),
    Attack(
        id="record-termination-message",
        tries="Writes those lines to the termination log, where the kubelet takes a container's last words from.",
        stopped_by="Landlock leaves /dev/termination-log out, and the runner writes last",
        program=python(
            _LIE
            + """
    def write():
        with open("/dev/termination-log", "w") as out:
            out.write(text)
    print(repr(attempt(write)))
    os._exit(9)
    """
        ),
        worked=_lied,
        control=Bare(
            "the same program beside an ordinary PID 1, which then ends: the kubelet reports its words",
            pid_1="import time, os\nwhile os.stat('/dev/termination-log').st_size == 0: time.sleep(0.05)\ntime.sleep(1)",
        ),
        verdict=ends("NonZeroExit"),
        disk=True,
        also=_blamed(9),
    ),
    Attack(
        id="record-termination-log-fill",
        tries="Fills the node's disk through the termination log, which has no limit of size.",
        stopped_by="Landlock leaves /dev/termination-log out; the runner cuts what is there to its own words",
        program=python("""
            def write():
                with open("/dev/termination-log", "w") as out:
                    for _ in range(64):
                        out.write("x" * (1 << 20))
            print(repr(attempt(write)))
        """),
        spec={"access": {"filesystem": True}},
        worked=lambda e: e.termination_bytes > 4096,
        control=Bare("the same program in a Pod without the runner: the file has 64 MiB on the node", own=True),
        disk=True,
    ),
    Attack(
        id="record-shared-memory-fill",
        tries="Leaves files in /dev/shm and /dev/mqueue, which count for nobody.",
        stopped_by="Landlock grants neither, not even with the right to write files",
        program=python("""
            for folder in ("/dev/shm/", "/dev/mqueue/", "/dev/", "/run/", "/var/tmp/", "/dev/pts/"):
                print(folder, repr(attempt(lambda: open(folder + "left-" + token, "wb").write(bytes(1 << 20)))))
            tried()
        """),
        spec={"access": {"filesystem": True}},
        worked=named,
        control=Bare("the same program in a Pod without the runner: the node shows the file"),
        watched=True,
    ),
    Attack(
        id="record-exit-codes",
        tries="Ends with the exit codes by which the runner says that nothing was started, to be started once more.",
        stopped_by="the program's exit code is a field of the record; the runner's own is another thing",
        program=python("""
            import json
            os.write(1, b'\\n{"type":"error","code":"no-job","message":"once more"}\\n')
            os._exit(70)
        """),
        worked=lambda e: _exit_of_container(e) == 70,
        disk=True,
        control=Bare(
            "the same program as a container of its own: its exit code is the container's",
            pid_1="import os, time\nwhile not os.path.exists('/tmp/end'): time.sleep(0.05)\nos._exit(70)",
            command="touch /tmp/end; python3 -u main.py @TOKEN@",
        ),
        verdict=ends("NonZeroExit"),
        also=_blamed(70),
    ),
    Attack(
        id="record-closed-pipes",
        tries="Closes its standard streams, lives on, and means to be taken for ended.",
        stopped_by="the runner waits for processes, not for pipes",
        program=python("""
            os.closerange(0, 3)
            time.sleep(0.3)
            libc.prctl(15, b"tried", 0, 0, 0)
            time.sleep(30)
        """),
        spec={"timeoutSeconds": 3},
        worked=lambda e: e.left > 0,
        control=deaf_supervisor(
            "a supervisor that waits for the end of output takes it for ended: the node shows it alive"
        ),
        verdict=ends("Timeout"),
        watched=True,
    ),
    Attack(
        id="record-reopened-pipes",
        tries="Opens its own pipes for the other direction, to read what it has written before the runner does and to hold "
        "them open for ever.",
        stopped_by="the runner takes what there is when every process is dead, and does not wait for the end of a stream",
        program=python("""
            kept = [attempt(os.open, f"/proc/self/fd/{fd}", how) for fd in (0, 1, 2) for how in (os.O_RDONLY, os.O_WRONLY)]
            one, two = socket.socketpair()
            numbers = [fd for fd in kept if isinstance(fd, int)] + [0, 1, 2]
            print(kept, repr(attempt(socket.send_fds, one, [b"x"], numbers)), flush=True)
            socket.send_fds(two, [b"x"], [one.fileno(), two.fileno()])
            if os.fork() == 0:
                os.setsid()
                libc.prctl(15, b"tried", 0, 0, 0)
                time.sleep(600)
            time.sleep(1)
        """),
        worked=lambda e: e.left > 0,
        control=deaf_supervisor(
            "a supervisor that only waits for the program leaves its child behind: the node shows it alive"
        ),
        watched=True,
    ),
]


def _exit_of_container(e: Evidence) -> int | None:
    for status in e.pod.get("status", {}).get("containerStatuses", ()):
        code = status["state"].get("terminated", {}).get("exitCode")
        return int(code) if code is not None else None
    return None
