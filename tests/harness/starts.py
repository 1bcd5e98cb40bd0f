"""How often a program was started, counted on the process table of the machine that carries the nodes.

The witness is neither the operator nor Kubernetes: every process of a kind node is a process of its machine. A program
is known by a marker among its arguments. The runner never carries it: it hands the arguments on by a socket.
"""

import contextlib
import secrets
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.harness.waiting import until

_INTERPRETER = "/usr/bin/python3"
_EVERY = 0.05
"""Seconds between looks; a program that is to be counted lives for at least twenty of them."""


class Starts:
    """Looks while it is open."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], str] = {}
        self._alive: dict[tuple[int, str], str] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="starts", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        self._end.set()
        self._thread.join()

    @staticmethod
    def marker() -> str:
        return f"marker-{secrets.token_hex(8)}"

    def of(self, marker: str) -> int:
        """Programs with this marker, ever."""
        return sum(1 for found in self._seen.values() if found == marker)

    def alive(self, marker: str) -> int:
        """At the last look."""
        return sum(1 for found in self._alive.values() if found == marker)

    async def running(self, marker: str) -> None:
        async def look() -> bool:
            return self.alive(marker) > 0

        await until(look, "the program running")

    async def gone(self, marker: str) -> None:
        async def look() -> bool:
            return self.alive(marker) == 0

        await until(look, "no process of the program left")

    def _look_on(self) -> None:
        while not self._end.wait(_EVERY):
            alive = {}
            for folder in Path("/proc").iterdir():
                if folder.name.isdigit() and (marker := _marker_of(folder)):
                    with contextlib.suppress(OSError):
                        alive[int(folder.name), _start_time(folder)] = marker
            self._seen |= alive
            self._alive = alive


def _marker_of(folder: Path) -> str:
    with contextlib.suppress(OSError):
        words = (folder / "cmdline").read_bytes().split(b"\0")
        if words[0] == _INTERPRETER.encode():
            return next((word.decode() for word in words if word.startswith(b"marker-")), "")
    return ""


def _start_time(folder: Path) -> str:
    """Field 22 of stat; the name before it may hold anything, brackets and blanks included."""
    return (folder / "stat").read_text().rpartition(")")[2].split()[19]
