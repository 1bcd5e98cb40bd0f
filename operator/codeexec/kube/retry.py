"""The one place where a request to Kubernetes is tried again: with backoff and jitter, within a deadline."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from codeexec.kube.errors import KubeError, Throttled, Unavailable

T = TypeVar("T")
LONGEST_PAUSE = 5.0
SHORTEST_ATTEMPT = 5.0
"""Seconds that even the last attempt gets, beyond the deadline if need be: one cut short only hides the true reason."""


def backoff(first: float, attempt: int, longest: float) -> float:
    """Seconds to pause after failure `attempt` (from 0): doubling from `first` up to `longest`, half of it jitter."""
    pause = min(longest, first * 2.0 ** min(attempt, 30))
    return pause * (0.5 + random.random() / 2)  # noqa: S311  # spreads clients out, guards nothing


def is_safe_for_read(problem: KubeError) -> bool:
    """Reading twice harms nobody: retry whatever may pass."""
    return isinstance(problem, Throttled | Unavailable)


def is_safe_for_write(problem: KubeError) -> bool:
    """Only a 429 proves that the write did not happen."""
    return isinstance(problem, Throttled) and problem.status == 429


class Retry:
    """Tries a request until it succeeds, fails for good, or the deadline would pass during the next pause."""

    def __init__(self, deadline: float, first_pause: float) -> None:
        """`deadline`: seconds from the first attempt; `first_pause`: seconds, doubled from one failure to the next."""
        self._deadline = deadline
        self._first_pause = first_pause

    async def call(self, attempt: Callable[[float], Awaitable[T]], is_safe: Callable[[KubeError], bool]) -> T:
        """The result of `attempt(seconds it may take)`; raises the last failure."""
        end = time.monotonic() + self._deadline
        failures = 0
        while True:
            try:
                return await attempt(max(SHORTEST_ATTEMPT, end - time.monotonic()))
            except KubeError as problem:
                pause = backoff(self._first_pause, failures, LONGEST_PAUSE)
                if isinstance(problem, Throttled):
                    pause = max(pause, problem.after)
                if not is_safe(problem) or time.monotonic() + pause >= end:
                    raise
            failures += 1
            await asyncio.sleep(pause)
