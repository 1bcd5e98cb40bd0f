from __future__ import annotations
from typing import Callable, Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    exec: Callable[[T], T] | None = None

    def __class_getitem__(cls, item: str) -> str:
        return item


print(Box["system"])
