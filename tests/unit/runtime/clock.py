"""An event loop whose time stands still until it is told to go on: hours of timers pass in milliseconds."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

BUSY = 50_000
"""Turns without a pause after which a loop counts as one that never comes to rest."""


class _Selector(selectors.DefaultSelector):
    """Never sleeps: where the loop would wait for a timer, `idle` is told how long it would have waited."""

    def __init__(self, idle: Callable[[float | None], None]) -> None:
        super().__init__()
        self._idle = idle
        self.turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout == 0:
            self.turns += 1
            if self.turns > BUSY:
                raise RuntimeError("the loop does not come to rest")
        else:
            self.turns = 0
            self._idle(timeout)
        return super().select(0)


class FakeTimeLoop(asyncio.SelectorEventLoop):
    """`advance(seconds)` runs everything that is due by then, in order of time."""

    def __init__(self) -> None:
        self._now = self._until = 0.0
        self._watch = _Selector(self._idle)
        super().__init__(self._watch)

    def time(self) -> float:
        return self._now

    def advance(self, seconds: float = 0.0) -> None:
        """0: only what needs no time to pass."""
        self._watch.turns = 0
        self._until = self._now + seconds
        self.run_forever()

    def until_complete(self, awaitable: Any) -> Any:
        """The result of something that ends within an hour of this loop's time."""
        task = self.create_task(awaitable)
        task.add_done_callback(lambda _: self.stop())
        self._watch.turns = 0
        self._until = self._now + 3600
        self.run_forever()
        return task.result()

    def _idle(self, wait: float | None) -> None:
        if wait is not None and self._now + wait <= self._until:
            self._now += wait
        else:
            self._now = max(self._now, self._until)
            self.stop()
