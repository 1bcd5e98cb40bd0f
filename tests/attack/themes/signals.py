"""Signals to PID 1, to everybody and to nobody; programs that will not die."""

from tests.attack.attack import Attack, Bare, Evidence, Predicate, ends, python, said
from tests.attack.themes.shapes import deaf_supervisor

_SCOPE = "Landlock scope: no signal leaves the step; and the runner ignores all of them"
_TAKES = """
import os, signal
def take(number, _):
    print("took signal", number, flush=True)
    os._exit(100 + number)
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGCONT}:
    signal.signal(number, take)
while True:
    signal.pause()
"""
_HELPER = """
import os, time
supervisor = os.fork()
while supervisor == 0:
    time.sleep(1)
os.waitpid(supervisor, 0)
os._exit(77)
"""


def _pid_1_ended_by_it(e: Evidence) -> bool:
    """The container ended with something else than a verdict."""
    states = [status["state"] for status in e.pod.get("status", {}).get("containerStatuses", ())]
    return any(state.get("terminated", {}).get("exitCode", 0) != 0 for state in states)


def _ended_with(code: int) -> Predicate:
    return lambda e: e.run is not None and e.run.exit_code == code


ATTACKS = [
    Attack(
        id="signals-kill",
        tries="Sends every signal there is to PID 1, by kill, tgkill, rt_sigqueueinfo and pidfd_send_signal.",
        stopped_by=_SCOPE,
        program=python("""
            pidfd = call(434, 1, 0)
            info = ctypes.create_string_buffer(struct.pack("iii", 0, 0, -1), 128)
            answers = set()
            for number in range(1, 65):
                struct.pack_into("i", info, 0, number)
                answers |= {call(62, 1, number), call(234, 1, 1, number), call(200, 1, number), call(129, 1, number, info),
                            call(424, pidfd, number, 0, 0)}
            print(answers)
            time.sleep(0.5)
            os._exit(9)
        """),
        worked=_pid_1_ended_by_it,
        disk=True,
        control=Bare("the same program beside a PID 1 that takes signals: its container is over", pid_1=_TAKES),
        verdict=ends("NonZeroExit"),
        also=_ended_with(9),
    ),
    Attack(
        id="signals-owner",
        tries="Has the kernel send signals to PID 1 in its name: as the owner of a socket, with F_SETSIG.",
        stopped_by=_SCOPE,
        program=python("""
            import fcntl
            for number in (10, 11, 6, 15, 29, 34, 64):
                one, two = socket.socketpair()
                print(attempt(fcntl.fcntl, one, 8, 1), attempt(fcntl.fcntl, one, 10, number))
                fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
                two.send(b"x")
            time.sleep(0.5)
            os._exit(9)
        """),
        worked=_pid_1_ended_by_it,
        disk=True,
        control=Bare("the same program beside a PID 1 that takes signals: its container is over", pid_1=_TAKES),
        verdict=ends("NonZeroExit"),
        also=_ended_with(9),
    ),
    Attack(
        id="signals-everybody",
        tries="Kills every process that it may reach (kill -1), from a session of its own.",
        stopped_by="Landlock scope: no signal leaves the step; and the runner is PID 1, with no helper beside it",
        program=python("""
            import signal
            if os.fork() == 0:
                os.setsid()
                print(repr(attempt(os.kill, 1, signal.SIGKILL)), repr(attempt(os.kill, 1, signal.SIGSTOP)), flush=True)
                os.kill(-1, signal.SIGKILL)
                time.sleep(0.5)
                os._exit(0)
            time.sleep(5)
        """),
        worked=_pid_1_ended_by_it,
        disk=True,
        control=Bare(
            "the same program beside a supervisor that is a process like any other: it is gone", pid_1=_HELPER
        ),
        verdict=ends("Signalled"),
        also=_ended_with(137),
    ),
    Attack(
        id="signals-stopped",
        tries="Stops itself and its group, so that nobody ends and nothing moves.",
        stopped_by="the runner's own clock; SIGKILL reaches who is stopped",
        program=python("""
            import signal
            libc.prctl(15, b"tried", 0, 0, 0)
            time.sleep(0.5)
            os.kill(0, signal.SIGSTOP)
        """),
        spec={"timeoutSeconds": 3},
        worked=lambda e: e.left > 0,
        control=deaf_supervisor("`timeout 2` has ended, and the stopped program is still there", seconds=2),
        verdict=ends("Timeout"),
        watched=True,
    ),
    Attack(
        id="signals-daemons",
        tries="Leaves children behind: in sessions of their own, twice forked, deaf to signals, holding its output open.",
        stopped_by="PID 1 kills and reaps everything before it reports",
        program=python("""
            import signal
            for _ in range(2):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                            signal.signal(number, signal.SIG_IGN)
                        libc.prctl(15, b"tried", 0, 0, 0)
                        time.sleep(600)
                    os._exit(0)
            time.sleep(1)
            print("left")
        """),
        worked=lambda e: e.left > 0,
        control=deaf_supervisor("the shell that started it has gone on, and the node shows the daemons alive"),
        watched=True,
        also=said("left"),
    ),
    Attack(
        id="signals-deaf",
        tries="Ignores every signal, also the ones that say that its time is over.",
        stopped_by="the runner's clock and SIGKILL",
        program=python("""
            import signal
            for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
                signal.signal(number, signal.SIG_IGN)
            tried(600)
        """),
        spec={"timeoutSeconds": 3},
        worked=lambda e: e.left > 0,
        control=deaf_supervisor("`timeout 2` has sent its signal, and the node shows the program alive", seconds=2),
        verdict=ends("Timeout"),
        watched=True,
    ),
    Attack(
        id="signals-never-alone",
        tries="Forks for ever, each process gone before it can be found, so that no moment is good for killing it.",
        stopped_by="PID 1 kills everything in its process namespace at one stroke, again and again until nobody is left",
        program=python("""
            libc.prctl(15, b"tried", 0, 0, 0)
            until = time.time() + 12
            while time.time() < until:
                if attempt(os.fork) != 0:
                    time.sleep(0.01)
                    os._exit(0)
                attempt(os.setsid)
                time.sleep(0.01)
        """),
        worked=lambda e: e.left > 0,
        control=deaf_supervisor("the shell that started it has gone on, and the node shows its descendants running"),
        verdict=ends("Completed"),
    ),
]
