"""Running programs: each with its output in the log of the part that runs it, and none outliving us by accident."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

Argument = str | Path


class Trouble(Exception):  # noqa: N818 (what the user has, not what the program did)
    """Something the user can act on; the text says what and how. Shown without a traceback."""


class CommandFailed(Trouble):
    """A program ended badly; what it said is here unless it is in the log."""

    def __init__(self, argv: Sequence[Argument], code: int, said: str = "") -> None:
        words = " ".join(map(str, argv[:6])) + (" ..." if len(argv) > 6 else "")
        super().__init__(f"`{words}` ended with {code}{f': {said.strip()[-800:]}' if said.strip() else ''}")


_running: set[subprocess.Popen[bytes]] = set()
_running_lock = threading.Lock()
_stopping = threading.Event()


def stop_all() -> None:
    """Ends every program that is still running; a part that waits for one then fails."""
    _stopping.set()
    with _running_lock:
        for child in _running:
            child.terminate()


@dataclass(frozen=True)
class Shell:
    """Runs programs with one environment and one log file."""

    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def with_env(self, **more: str) -> Shell:
        return Shell(self.log, {**self.env, **more})

    def note(self, text: str) -> None:
        with self.log.open("a", encoding="utf-8") as log:
            log.write(text.rstrip() + "\n")

    def run(self, *argv: Argument, cwd: Path | None = None, stdin: bytes | IO[bytes] | None = None) -> None:
        """Runs to the end, output into the log; raises CommandFailed."""
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(map(str, argv))}\n".encode())
            log.flush()
            source = subprocess.PIPE if isinstance(stdin, bytes) else stdin
            child = self._start(argv, cwd, source, log, subprocess.STDOUT)
            try:
                child.communicate(stdin if isinstance(stdin, bytes) else None)
            finally:
                self._ended(child)
        if child.returncode:
            raise CommandFailed(argv, child.returncode)

    def read(
        self, *argv: Argument, cwd: Path | None = None, stdin: bytes | None = None, timeout: float | None = None
    ) -> str:
        """What a program says on stdout; raises CommandFailed with what it said on stderr."""
        code, out, err = self.ask(*argv, cwd=cwd, stdin=stdin, timeout=timeout)
        if code:
            raise CommandFailed(argv, code, err or out)
        return out

    def succeeds(self, *argv: Argument, timeout: float | None = None) -> bool:
        try:
            return self.ask(*argv, timeout=timeout)[0] == 0
        except FileNotFoundError:
            return False

    def ask(
        self, *argv: Argument, cwd: Path | None = None, stdin: bytes | None = None, timeout: float | None = None
    ) -> tuple[int, str, str]:
        """Exit code, stdout, stderr. A program that takes longer than `timeout` seconds is ended and counts as 124."""
        child = self._start(argv, cwd, subprocess.PIPE if stdin is not None else None, subprocess.PIPE, subprocess.PIPE)
        try:
            out, err = child.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return 124, "", f"no answer in {timeout} s"
        finally:
            self._ended(child)
        return child.returncode, out.decode(errors="replace"), err.decode(errors="replace")

    @contextmanager
    def output_of(self, *argv: Argument) -> Iterator[IO[bytes]]:
        """A program's stdout as a pipe for another one; raises CommandFailed when the first ends badly."""
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(map(str, argv))} |\n".encode())
            log.flush()
            child = self._start(argv, None, None, subprocess.PIPE, log)
        try:
            if child.stdout is not None:
                with child.stdout as output:
                    yield output
            child.wait()
        finally:
            self._ended(child)
        if child.returncode:
            raise CommandFailed(argv, child.returncode)

    def _start(
        self,
        argv: Sequence[Argument],
        cwd: Path | None,
        stdin: int | IO[bytes] | None,
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
    ) -> subprocess.Popen[bytes]:
        if _stopping.is_set():
            raise Trouble("stopped")
        # setpriv: a killed run takes its compilers with it instead of leaving them to compete with the next run
        words = ["setpriv", "--pdeathsig", "TERM", *map(str, argv)]
        child = subprocess.Popen(  # noqa: S603 (a list of our own words, no shell)
            words, cwd=cwd, env=dict(self.env), stdin=stdin or subprocess.DEVNULL, stdout=stdout, stderr=stderr
        )
        with _running_lock:
            _running.add(child)
        return child

    @staticmethod
    def _ended(child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            child.terminate()
            child.wait()
        with _running_lock:
            _running.discard(child)
