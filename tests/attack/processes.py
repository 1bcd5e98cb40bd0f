"""What the programs of a cluster's Pods did to themselves and to PID 1 of their Pod, read off the process table of the
machine that carries the nodes.

The witness is neither the operator, nor the runner, nor the program: every process of a kind node is a process of its
machine, and its cgroup names its Pod. A process that calls itself `tried` has its attempt behind it: then a portrait is
taken of it, and of PID 1 of its Pod. Needs root, as making the cluster did.
"""

import contextlib
import os
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

TRIED = "tried"
_EVERY = 0.05
_SETTLED = 60
"""Looks after which a process that is in no Pod is taken to stay outside."""
_FIRST = os.SCHED_RR | os.SCHED_RESET_ON_FORK
"""The witness has to look at a machine that is given more than it can do. Of its process both threads come first: one
alone would wait for the interpreter's lock, and for the other."""
_SWITCH = 1e-4
"""Seconds for which it waits for that lock, thousands of times in a look: each opening of a file gives it away."""
_PODS = re.compile(r"/(?:kubelet-)?(?:kubepods[^/]*/)+.*?pod([0-9a-f]{8}[-_][0-9a-f_-]{27})")
_PLACES = (
    "",
    "workspace",
    "workspace/.build",
    "tmp",
    "dev",
    "dev/shm",
    "dev/mqueue",
    "var/tmp",
    "run",
    "etc",
    "usr/bin",
)
_VOLUMES = ("workspace", "tmp", "dev/shm")


@dataclass(frozen=True)
class File:
    path: str
    mode: int
    size: int


@dataclass(frozen=True)
class Portrait:
    """One process at one moment."""

    exe: str
    files: tuple[File, ...]
    """What lies in the places of its root where a program might write; one level deep."""
    used: dict[str, int]
    """Bytes in use on its volumes in memory."""
    inodes: dict[str, int]
    descriptors: dict[int, str]
    namespaces: dict[str, str]
    status: dict[str, str]
    nice: int
    oom_score_adj: int
    limits: dict[str, str]
    personality: str
    maps: str
    root: int
    """Who is root in its user namespace, as the node counts."""
    keys: int
    """Of its user, in the kernel's key ring."""
    mounts: str
    cgroups: tuple[str, ...]
    """Directories that were made beneath its cgroup."""

    def is_root(self) -> bool:
        return int(self.status["Uid"].split()[1]) == self.root


@dataclass
class Process:
    """All that was seen of one process."""

    pod: str
    pid: int
    first: float
    last: float
    inside: int = 0
    """Its number in the Pod."""
    commands: set[tuple[str, ...]] = field(default_factory=set)
    """Its arguments; they change when it executes something."""
    most_threads: int = 0
    most_memory: int = 0
    was_root: bool = False
    """In its user namespace, at any look."""
    portrait: Portrait | None = None
    of_pid_1: Portrait | None = None
    """Taken at the same moment."""


class Processes:
    """Looks while it is open."""

    def __init__(self) -> None:
        self.all: dict[tuple[int, str], Process] = {}
        self.most: Counter[str] = Counter()
        """Processes of a Pod alive at one look."""
        self.most_memory: Counter[str] = Counter()
        """Resident bytes of a Pod's processes together at one look."""
        self.looks = 0
        self.looked = 0.0
        """When the last whole look began."""
        self._others = Counter[tuple[int, str]]()
        """Processes outside of Pods, and how often they were seen: the first process of a Pod moves in later."""
        self._living: dict[int, Process] = {}
        """By pid, at the last look or this one."""
        self._before: set[str] = set()
        self._switch = sys.getswitchinterval()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="processes", daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._before = {process.pod for process in self.all.values()}
        self.all.clear()
        os.sched_setscheduler(0, _FIRST, os.sched_param(1))
        sys.setswitchinterval(_SWITCH)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        sys.setswitchinterval(self._switch)

    def of(self, pod: str, token: str = "") -> list[Process]:
        """Those of a Pod; of a Pod that several attacks share, those that carry the token among their arguments."""
        found = [process for process in list(self.all.values()) if process.pod == pod]
        if token:
            found = [p for p in found if any(token in word for words in list(p.commands) for word in words)]
        return found

    def pid_1(self, pod: str) -> int | None:
        """As the machine counts, if it is alive."""
        alive = (p for p in self.of(pod) if p.inside == 1 and Path(f"/proc/{p.pid}").exists())
        return next((p.pid for p in alive), None)

    def _first_beside(self, process: Process) -> int | None:
        """PID 1 of its process namespace; the Pod's pause container has another one."""
        space = _link(Path(f"/proc/{process.pid}/ns/pid"))
        first = (p.pid for p in self.of(process.pod) if p.inside == 1 and _link(Path(f"/proc/{p.pid}/ns/pid")) == space)
        return next(first, None)

    def _look_on(self) -> None:
        os.sched_setscheduler(0, _FIRST, os.sched_param(1))
        while not self._end.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        now, alive, memory = time.monotonic(), Counter[str](), Counter[str]()
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, KeyError, IndexError):
                    if seen := self._see(Path("/proc") / name, now):
                        alive[seen[0]] += 1
                        memory[seen[0]] += seen[1]
        self._living = {pid: process for pid, process in self._living.items() if process.last == now}
        self.most |= alive
        self.most_memory |= memory
        self.looked = now
        self.looks += 1

    def _see(self, folder: Path, now: float) -> tuple[str, int] | None:
        pid, stat = int(folder.name), _stat(folder)
        key = pid, stat[19]
        if self._others[key] == _SETTLED:
            return None
        process = self.all.get(key)
        if process is None:
            pod = self._pod(folder, int(stat[1]))
            if not pod or pod in self._before:
                self._others[key] += 1
                return None
            process = self.all[key] = Process(pod, pid, now, now)
        self._living[pid] = process
        status = _status(folder)
        process.last = now
        process.inside = int(status["NSpid"].split()[-1])
        process.commands.add(tuple((folder / "cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]))
        process.most_threads = max(process.most_threads, int(status["Threads"]))
        process.was_root |= int(status["Uid"].split()[1]) == _root(folder)
        resident = int(status.get("VmRSS", "0 kB").split()[0]) << 10
        process.most_memory = max(process.most_memory, resident)
        if status["Name"] == TRIED and process.portrait is None:
            first = self._first_beside(process)
            process.of_pid_1 = portrait(Path(f"/proc/{first}")) if first else None
            process.portrait = portrait(folder)
        return process.pod, resident

    def _pod(self, folder: Path, parent: int) -> str:
        """Nobody leaves the Pod of its parent. The kernel is asked about others only: its answer waits while cgroups
        are made and removed, and whoever forks fast would be gone before."""
        if parent in self._living:
            return self._living[parent].pod
        found = _PODS.search((folder / "cgroup").read_text())
        return found[1].replace("_", "-") if found else ""


def portrait(folder: Path) -> Portrait:
    status, root = _status(folder), folder / "root"
    statvfs = {place: os.statvfs(root / place) for place in _VOLUMES if (root / place).is_dir()}
    return Portrait(
        exe=_link(folder / "exe"),
        files=tuple(file for place in _PLACES for file in _files(root, place)),
        used={place: (fs.f_blocks - fs.f_bfree) * fs.f_frsize for place, fs in statvfs.items()},
        inodes={place: fs.f_files - fs.f_ffree for place, fs in statvfs.items()},
        descriptors={int(entry): _link(folder / "fd" / entry) for entry in os.listdir(folder / "fd")},
        namespaces={kind: _link(folder / "ns" / kind) for kind in os.listdir(folder / "ns")},
        status=status,
        nice=int(_stat(folder)[16]),
        oom_score_adj=int((folder / "oom_score_adj").read_text()),
        limits={line[:26].strip(): line[26:].split()[0] for line in (folder / "limits").read_text().splitlines()[1:]},
        personality=(folder / "personality").read_text().strip(),
        maps=(folder / "maps").read_text(),
        root=_root(folder),
        keys=_keys(int(status["Uid"].split()[1])),
        mounts=(folder / "mountinfo").read_text(),
        cgroups=tuple(_cgroups(folder)),
    )


def _files(root: Path, place: str) -> list[File]:
    found = []
    with contextlib.suppress(OSError):
        for name in os.listdir(root / place):
            with contextlib.suppress(OSError):
                stat = os.lstat(root / place / name)
                found.append(File(f"/{place}/{name}".replace("//", "/"), stat.st_mode, stat.st_size))
    return found


def _cgroups(folder: Path) -> list[str]:
    found = []
    for line in (folder / "cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        for mounted in (f"/sys/fs/cgroup/{names}{path}", f"/sys/fs/cgroup{path}"):
            with contextlib.suppress(OSError):
                found += [entry for entry in os.listdir(mounted) if (Path(mounted) / entry).is_dir()]
    return found


def _keys(uid: int) -> int:
    for line in Path("/proc/key-users").read_text().splitlines():
        who, _, rest = line.partition(":")
        if int(who) == uid:
            return int(rest.split()[1].split("/")[0])
    return 0


def _root(folder: Path) -> int:
    for line in (folder / "uid_map").read_text().splitlines():
        inside, outside, _ = map(int, line.split())
        if inside == 0:
            return outside
    return -1


def _link(path: Path) -> str:
    with contextlib.suppress(OSError):
        return os.readlink(path)
    return ""


def _status(folder: Path) -> dict[str, str]:
    lines = (folder / "status").read_text(errors="replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _stat(folder: Path) -> list[str]:
    """Fields from the third on: the name before them may hold anything, brackets and blanks included."""
    return (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
