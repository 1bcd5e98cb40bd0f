"""How many sandboxes there may be at once, and who is next: first come, first served."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Slots(Generic[K]):
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: set[K] = set()
        self._line: dict[K, None] = {}

    @property
    def held(self) -> int:
        return len(self._held)

    @property
    def waiting(self) -> int:
        return len(self._line)

    def free_for(self, key: K) -> bool:
        """Whether it may take one now without passing anybody who waits."""
        if key in self._held:
            return True
        free = self._limit - len(self._held)
        ahead = list(self._line)
        place = ahead.index(key) if key in self._line else len(ahead)
        return place < free

    def take(self, key: K) -> None:
        """Unconditional: a run that was found with a sandbox after a restart holds one, whatever the limit says now."""
        self._line.pop(key, None)
        self._held.add(key)

    def wait(self, key: K) -> None:
        self._line.setdefault(key)

    def release(self, key: K) -> list[K]:
        """Gives it back, or leaves the line. Returns those who may go now."""
        self._held.discard(key)
        self._line.pop(key, None)
        free = max(self._limit - len(self._held), 0)
        return list(self._line)[:free]
