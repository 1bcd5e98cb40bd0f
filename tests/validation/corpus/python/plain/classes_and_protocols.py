from __future__ import annotations

import abc
import contextlib
import functools
from dataclasses import dataclass, field
from typing import Iterator, Protocol


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...


@dataclass(order=True)
class Square(Shape):
    side: float
    tags: list[str] = field(default_factory=list, compare=False)

    def area(self) -> float:
        return self.side**2

    @property
    def name(self) -> str:
        return type(self).__name__.lower()


class Sized(Protocol):
    def __len__(self) -> int: ...


@functools.lru_cache(maxsize=None)
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    print("begin", what)
    try:
        yield
    finally:
        print("end", what)


with told("shapes"):
    shapes = sorted([Square(3), Square(2, ["small"])])
    print([s.area() for s in shapes], shapes[0].name, fibonacci(50))
