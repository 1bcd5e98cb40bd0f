"""The order of work: parts with needs, two at a time, the first in the list first.

Two workers because one part's single-threaded links and unpacking then overlap with another's compiling on two cores.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from cluster.commands import Shell, Trouble, stop_all
from cluster.places import LOGS, TIMES

WORKERS = 2
STILL_EVERY = 60.0  # seconds between signs of life when the output is not a terminal
TAIL_LINES = 25


def always() -> bool:
    return True


@dataclass(frozen=True)
class Part:
    """`make` says in a word what it did. `wanted` is asked when the needs are met; unwanted parts count as done."""

    name: str
    make: Callable[[Shell], str]
    needs: tuple[str, ...] = ()
    wanted: Callable[[], bool] = always


class Progress:
    """One line per finished part, and which ones are at work."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._at_work: dict[str, float] = {}
        self._lock = threading.Lock()
        self._terminal = sys.stderr.isatty()
        self._width = max(2, len(str(total)))
        self._last_sign = time.monotonic()

    def started(self, name: str) -> None:
        with self._lock:
            self._at_work[name] = time.monotonic()
            self._show_status()

    def finished(self, name: str, outcome: str) -> None:
        with self._lock:
            seconds = time.monotonic() - self._at_work.pop(name, time.monotonic())
            self._done += 1
            took = f" in {seconds:.0f} s" if seconds >= 1 else ""
            count = f"[{self._done:>{self._width}}/{self._total:>{self._width}}]"
            self._line(f"{count} {name:<16} {outcome}{took}  (elapsed {self.elapsed()})")
            self._show_status()
        with TIMES.open("a", encoding="utf-8") as log:
            row = {"part": name, "outcome": outcome, "seconds": round(seconds, 1), "at": int(time.time())}
            log.write(json.dumps(row) + "\n")

    def elapsed(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60}:{seconds % 60:02d}"

    def sign_of_life(self) -> None:
        with self._lock:
            if self._terminal:
                self._show_status()
            elif self._at_work and time.monotonic() - self._last_sign > STILL_EVERY:
                self._line(f"        at work: {self._names()}  (elapsed {self.elapsed()})")

    def _names(self) -> str:
        now = time.monotonic()
        return ", ".join(f"{name} {now - since:.0f} s" for name, since in self._at_work.items())

    def _show_status(self) -> None:
        if self._terminal:
            sys.stderr.write(f"\r\033[K        {self._names()}" if self._at_work else "\r\033[K")
            sys.stderr.flush()

    def _line(self, text: str) -> None:
        self._last_sign = time.monotonic()
        sys.stderr.write(f"\r\033[K{text}\n" if self._terminal else f"{text}\n")
        sys.stderr.flush()


def make_all(parts: Sequence[Part]) -> None:
    """Runs every part after its needs; on the first failure stops the others and shows the failed part's log."""
    waiting = list(parts)
    done: set[str] = set()
    progress = Progress(len(parts))
    at_work: dict[Future[str], Part] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            while waiting or at_work:
                _start_ready(waiting, done, at_work, pool, progress)
                finished, _ = wait(at_work, timeout=1.0, return_when=FIRST_COMPLETED)
                progress.sign_of_life()
                for future in finished:
                    part = at_work.pop(future)
                    progress.finished(part.name, _outcome(part, future))
                    done.add(part.name)
        except BaseException:
            stop_all()
            raise


def _start_ready(
    waiting: list[Part],
    done: set[str],
    at_work: dict[Future[str], Part],
    pool: ThreadPoolExecutor,
    progress: Progress,
) -> None:
    for part in list(waiting):
        if not done.issuperset(part.needs):
            continue
        if not part.wanted():
            waiting.remove(part)
            progress.finished(part.name, "not needed")
            done.add(part.name)
        elif len(at_work) < WORKERS:
            waiting.remove(part)
            progress.started(part.name)
            log = LOGS / f"{part.name}.log"
            log.write_bytes(b"")
            at_work[pool.submit(part.make, Shell(log))] = part


def _outcome(part: Part, future: Future[str]) -> str:
    try:
        return future.result()
    except Exception as problem:
        log = LOGS / f"{part.name}.log"
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:])
        shown = f"\n{tail}\nThe whole log is in {log}" if tail else ""
        what = str(problem) if isinstance(problem, Trouble) else f"{type(problem).__name__}: {problem}"
        raise Trouble(f"{part.name} failed: {what}{shown}") from problem
