"""What a worker may be made to do: `handle` obeys the first word of the request. Imported by workers, not by tests."""

import ctypes
import json
import os
import re
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from codeexec.validation import deadline
from codeexec.validation.frames import Kind, pack


def handle(policy: bytes, request: bytes) -> bytes:
    word, _, rest = request.partition(b" ")
    return ACTIONS[word.decode()](policy, rest)


def echo(_policy: bytes, rest: bytes) -> bytes:
    return rest


def policy(policy: bytes, _rest: bytes) -> bytes:
    return policy


def pid(_policy: bytes, _rest: bytes) -> bytes:
    return b"%d" % os.getpid()


def wait(_policy: bytes, rest: bytes) -> bytes:
    """Until somebody opens the named pipe of that name for writing; the file of the same name and `.begun` says so."""
    path = rest.split()[0]
    os.symlink(b"begun", path + b".begun")
    os.close(os.open(path, os.O_RDONLY))
    return b"waited"


def hang_in_c(_policy: bytes, _rest: bytes) -> bytes:
    """Holds the interpreter's lock and asks nobody."""
    ctypes.PyDLL(None).sleep(3600)
    return b"never"


def spin_in_c(_policy: bytes, _rest: bytes) -> bytes:
    return b"%r" % re.match(rb"(a*)*(a*)*(a*)*$", b"a" * 40 + b"b")


def spin_for(_policy: bytes, rest: bytes) -> bytes:
    """Seconds of processor time."""
    end = time.process_time() + float(rest.split()[0])
    while time.process_time() < end:
        continue
    return b"done"


def slow(_policy: bytes, _rest: bytes) -> bytes:
    """Looks at the soft limit, as a good handler does."""
    while True:
        deadline.check()


def eat(_policy: bytes, rest: bytes) -> bytes:
    """All memory there is, and a bit at a time, so that nothing is left at the end."""
    hoard = []
    size = int(rest.split()[0])
    while True:
        hoard.append(b"x" * size)


def grow(_policy: bytes, rest: bytes) -> bytes:
    """Keeps that many MiB."""
    KEPT.append(os.urandom(1024 * 1024) * int(rest.split()[0]))
    return b"grown"


def crash(_policy: bytes, _rest: bytes) -> bytes:
    ctypes.string_at(0)
    return b"never"


def raise_signal(_policy: bytes, rest: bytes) -> bytes:
    signal.raise_signal(int(rest.split()[0]))
    return b"survived"


def leave(_policy: bytes, rest: bytes) -> bytes:
    os._exit(int(rest.split()[0]))


def sys_exit(_policy: bytes, _rest: bytes) -> bytes:
    sys.exit(0)


def error(_policy: bytes, rest: bytes) -> bytes:
    raise ValueError(rest.decode())


def deep(policy: bytes, rest: bytes) -> bytes:
    return deep(policy, rest) + b"."


def nothing(_policy: bytes, _rest: bytes) -> bytes:
    return None  # type: ignore[return-value]


def chatter(_policy: bytes, rest: bytes) -> bytes:
    """Writes that many bytes to stdout and as many to stderr by `print`."""
    for stream in (sys.stdout, sys.stderr):
        print("x" * int(rest.split()[0]), file=stream, flush=True)
    return b"said"


def big(_policy: bytes, rest: bytes) -> bytes:
    return bytes(int(rest.split()[0]))


def scribble(_policy: bytes, rest: bytes) -> bytes:
    """On every descriptor there is, past the worker's own framing."""
    for descriptor in others():
        try:
            os.write(descriptor, rest)
        except OSError:
            continue
    return b"never believed"


def forge(_policy: bytes, _rest: bytes) -> bytes:
    """Answers for itself, with a guessed number, and the worker never does."""
    for descriptor in others():
        try:
            os.write(descriptor, pack(Kind.ANSWER, 0, b"forged"))
        except OSError:
            continue
    time.sleep(3600)
    return b"never"


def fork(_policy: bytes, _rest: bytes) -> bytes:
    """Returns the child's id; the child holds on to all descriptors and stays."""
    child = os.fork()
    if not child:
        signal.pause()
    return b"%d" % child


def twins(_policy: bytes, _rest: bytes) -> bytes:
    """Forks and returns twice."""
    os.fork()
    return b"twice"


def surroundings(_policy: bytes, _rest: bytes) -> bytes:
    limits = {
        name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        for name in ("AS", "CORE", "CPU", "FSIZE", "NOFILE", "NPROC")
    }
    return json.dumps(
        {
            "limits": limits,
            "environment": sorted(os.environ),
            "descriptors": {n: os.readlink(f"/proc/self/fd/{n}") for n in others(lowest=0)},
            "isolated": sys.flags.isolated,
            "folder": str(Path.cwd()),
            "session": os.getsid(0) == os.getpid(),
        }
    ).encode()


def others(lowest: int = 3) -> list[int]:
    """Open descriptors, without the one that lists them."""
    return [n for n in map(int, os.listdir("/proc/self/fd")) if n >= lowest and os.path.lexists(f"/proc/self/fd/{n}")]


KEPT: list[bytes] = []
ACTIONS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "echo": echo,
    "policy": policy,
    "pid": pid,
    "wait": wait,
    "hang": hang_in_c,
    "spin": spin_in_c,
    "spin-for": spin_for,
    "slow": slow,
    "eat": eat,
    "grow": grow,
    "crash": crash,
    "signal": raise_signal,
    "leave": leave,
    "exit": sys_exit,
    "error": error,
    "deep": deep,
    "nothing": nothing,
    "chatter": chatter,
    "big": big,
    "scribble": scribble,
    "forge": forge,
    "fork": fork,
    "twins": twins,
    "surroundings": surroundings,
}
