"""A keyed work queue with client-go's semantics: a key waits once, is worked on by one worker at a time, is done again
when it was added meanwhile, and backs off alone when it fails."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

BACKOFF_FIRST = 0.1
BACKOFF_MOST = 30.0


class KeyedQueue(Generic[K]):
    def __init__(self) -> None:
        self._ready: asyncio.Queue[K] = asyncio.Queue()
        self._waiting: set[K] = set()
        self._working: set[K] = set()
        self._dirty: set[K] = set()
        self._timers: dict[K, asyncio.TimerHandle] = {}
        self._failures: dict[K, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, key: K) -> None:
        """Have it worked on soon; an earlier timer of it is void, for whoever looks now sets a new one."""
        if timer := self._timers.pop(key, None):
            timer.cancel()
        if key in self._working:
            self._dirty.add(key)
        elif key not in self._waiting:
            self._waiting.add(key)
            self._ready.put_nowait(key)

    def add_after(self, key: K, seconds: float) -> None:
        """Have it worked on then; the earlier of two times counts."""
        loop = asyncio.get_running_loop()
        when = loop.time() + max(seconds, 0)
        if old := self._timers.get(key):
            if old.when() <= when:
                return
            old.cancel()
        self._timers[key] = loop.call_at(when, self._due, key)

    def _due(self, key: K) -> None:
        self._timers.pop(key, None)
        self.add(key)

    def forget(self, key: K) -> None:
        """It is no more: no timer, no memory of failures."""
        if timer := self._timers.pop(key, None):
            timer.cancel()
        self._failures.pop(key, None)

    async def work(self, reconcile: Callable[[K], Awaitable[None]], failed: Callable[[K, Exception], None]) -> None:
        """One worker; run as many as wanted. `failed` is told of every error before the key backs off."""
        while True:
            key = await self._ready.get()
            self._waiting.discard(key)
            self._working.add(key)
            try:
                await reconcile(key)
                self._failures.pop(key, None)
            except Exception as error:  # whatever it is, this key is tried again and the others go on
                failed(key, error)
                failures = self._failures[key] = self._failures.get(key, 0) + 1
                self.add_after(key, min(BACKOFF_FIRST * 2 ** (failures - 1), BACKOFF_MOST))
            finally:
                self._working.discard(key)
                if key in self._dirty:
                    self._dirty.discard(key)
                    self.add(key)
