"""Pools whose workers do as they are told (`pool_handlers`), and ways to wait for what they do."""

import asyncio
import itertools
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from codeexec.validation.outcomes import Unanswered
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import MIB, Settings

KEY = PolicyKey("2f1c", 1)
PATIENT = Settings(
    handler="pool_handlers:handle",
    import_from=str(Path(__file__).parent),
    hard_seconds=120.0,
    soft_seconds=120.0,
    wait_seconds=120.0,
    start_seconds=120.0,
    memory_bytes=192 * MIB,
)
"""No limit of time that a busy machine could reach."""
DEADLINE = 120.0
_numbers = itertools.count()


def pool_of(workers: int, **changes: Any) -> ValidatorPool:
    return ValidatorPool(workers, replace(PATIENT, **changes))


async def ask(pool: ValidatorPool, request: str, key: PolicyKey = KEY, policy: bytes = b"a policy") -> bytes:
    """A request that was never asked before."""
    async with asyncio.timeout(DEADLINE):
        return await pool.check(f"{request} {next(_numbers)}".encode(), key=key, policy=policy)


async def outcome(pool: ValidatorPool, request: str) -> bytes | Unanswered:
    try:
        return await ask(pool, request)
    except Unanswered as it:
        return it


async def answered(pool: ValidatorPool, request: str) -> bytes:
    """For pools whose limits of time a busy machine can reach: asks until there is an answer."""
    end = time.monotonic() + DEADLINE
    while isinstance(it := await outcome(pool, request), Unanswered):
        if time.monotonic() > end:
            raise it
    return it


async def until(true: Callable[[], object], what: str) -> None:
    end = time.monotonic() + DEADLINE
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not within {DEADLINE:.0f} s: {what}")
        await asyncio.sleep(0.01)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Gate:
    """A worker told to `wait` for it has begun when `begun` says so, and answers when it is opened."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name
        os.mkfifo(self.path)

    @property
    def request(self) -> str:
        return f"wait {self.path}"

    def begun(self) -> bool:
        return os.path.lexists(f"{self.path}.begun")

    async def open(self) -> None:
        """Opening for writing succeeds when the worker is there to read."""
        await until(self._opened, f"somebody waits for {self.path.name}")

    def _opened(self) -> bool:
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True
