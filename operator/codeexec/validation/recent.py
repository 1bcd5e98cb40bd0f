"""A mapping of bounded size that forgets what was longest not asked for."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `entries` values of together at most `total` in size. Two of them that are asked and told the same things
    in the same order hold the same keys: the pool knows what a worker remembers without asking it."""

    def __init__(self, entries: int, total: float = float("inf"), size: Callable[[V], int] = lambda _value: 0) -> None:
        self._entries = entries
        self._total = total
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self.used = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: K, value: V) -> None:
        """A value that alone is larger than the total is not kept."""
        if key in self._values:
            self.used -= self._size(self._values.pop(key))
        self._values[key] = value
        self.used += self._size(value)
        while len(self._values) > self._entries or self.used > self._total:
            _, forgotten = self._values.popitem(last=False)
            self.used -= self._size(forgotten)
