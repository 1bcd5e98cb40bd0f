"""The shape of one pass over a text."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from codeexec.validation.origin import Edits


class Found(NamedTuple):
    """A construct of the text itself: kind and bytes of the text that the pass was given."""

    kind: str
    start: int
    end: int


class Passed(NamedTuple):
    text: bytes
    edits: Edits | None = None
    found: Sequence[Found] = ()


Pass = Callable[[bytes], Passed]
