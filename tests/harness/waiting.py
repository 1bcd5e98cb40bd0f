"""Waiting for something to become true, with a deadline and never a guess of how long it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds. The machine is small and busy: what takes longer is broken, what takes less is nobody's business."""


async def until(look: Callable[[], Awaitable[T | None]], what: str, within: float = PATIENCE, every: float = 0.25) -> T:
    """The first result of `look` that is neither None nor False."""
    deadline = time.monotonic() + within
    while True:
        seen = await look()
        if seen is not None and seen is not False:
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what}")
        await asyncio.sleep(every)


async def never(look: Callable[[], Awaitable[object]], what: str, during: float) -> None:
    """Proves a negative as far as that goes: nothing of it for that many seconds."""
    deadline = time.monotonic() + during
    while time.monotonic() < deadline:
        assert not await look(), what
        await asyncio.sleep(0.25)
