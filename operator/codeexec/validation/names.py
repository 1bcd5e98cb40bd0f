"""Sets of names with wildcards, looked up in the time that a name takes to read: a policy may have thousands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class NameSet(Generic[T]):
    """Patterns: `a.b` that name, `a.*` everything beneath `a`, `a.b*` what begins so in the last component.

    `separator` joins components: `.` in every language's canonical names, `/` in Go's packages and C's headers.
    """

    def __init__(self, patterns: Iterable[tuple[str, T]], separator: str = ".", *, covers: bool = False) -> None:
        """`covers`: a plain name means everything beneath it too."""
        self._separator = separator
        self._exact = defaultdict[str, list[T]](list)
        self._beneath = defaultdict[str, list[T]](list)
        self._begins = defaultdict[str, list[tuple[str, T]]](list)
        for pattern, value in patterns:
            if pattern.endswith(f"{separator}*"):
                self._beneath[pattern[: -len(separator) - 1]].append(value)
            elif pattern.endswith("*"):
                parent, _, last = pattern[:-1].rpartition(separator)
                self._begins[parent].append((last, value))
            else:
                self._exact[pattern].append(value)
                if covers:
                    self._beneath[pattern].append(value)

    def __bool__(self) -> bool:
        return bool(self._exact or self._beneath or self._begins)

    def of(self, name: str) -> Iterator[T]:
        """What is filed under patterns that this name fits; one value may come twice."""
        yield from self._exact.get(name, ())
        parent, _, last = name.rpartition(self._separator)
        for begin, value in self._begins.get(parent, ()):
            if last.startswith(begin):
                yield value
        while parent:
            yield from self._beneath.get(parent, ())
            parent = parent.rpartition(self._separator)[0]

    def inside(self, name: str, *, only_classes: bool = False) -> Iterator[T]:
        """What a wildcard import of everything directly in `name` could bring along. `only_classes`: names that begin
        with a capital, as in Java, where packages in a package do not come along."""
        start = f"{name}{self._separator}"
        for values in (self._exact, self._beneath):
            for pattern, found in values.items():
                inner = pattern[len(start) :]
                if not pattern.startswith(start) or self._separator in inner:
                    continue
                if inner[:1].isupper() or not only_classes:
                    yield from found
        for _, value in self._begins.get(name, ()):
            yield value
