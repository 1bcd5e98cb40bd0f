"""Where a byte of the normalised text stood in the text of its author."""

import functools
import re
from bisect import bisect_right
from collections.abc import Callable

_LINE_END = re.compile(rb"\r\n|\r|\n")
BOM = b"\xef\xbb\xbf"

Replace = Callable[[re.Match[bytes]], bytes | None]
"""What takes a match's place; None leaves it."""


class Edits:
    """One pass over a text: pieces copied and pieces replaced."""

    def __init__(self) -> None:
        self._new = [0]
        self._old = [0]
        self._copied = [True]

    def piece(self, new: int, old: int, *, copied: bool) -> None:
        """From byte `new` of the result on, the text comes from byte `old`: as it is, or all of it from that one
        place."""
        self._new.append(new)
        self._old.append(old)
        self._copied.append(copied)

    def after(self, offset: int) -> int:
        """Byte of the text after this pass; what was taken away stands where it was."""
        index = bisect_right(self._old, offset) - 1
        at = self._new[index] + (offset - self._old[index] if self._copied[index] else 0)
        return min(at, self._new[index + 1]) if index + 1 < len(self._new) else at

    def before(self, offset: int) -> int:
        """Byte of the text before this pass."""
        index = bisect_right(self._new, offset) - 1
        return self._old[index] + (offset - self._new[index] if self._copied[index] else 0)


def edit(text: bytes, pattern: re.Pattern[bytes], replace: Replace) -> tuple[bytes, Edits | None]:
    """The text with matches replaced, in time linear in its size."""
    out: list[bytes] = []
    edits = Edits()
    done = size = 0
    for match in pattern.finditer(text):
        piece = replace(match)
        if piece is None or piece == match[0]:
            continue
        out.append(text[done : match.start()])
        size += match.start() - done
        done = match.end()
        if len(piece) != match.end() - match.start():
            if piece:
                edits.piece(size, match.start(), copied=False)
            edits.piece(size + len(piece), done, copied=True)
        out.append(piece)
        size += len(piece)
    if not out:
        return text, None
    out.append(text[done:])
    return b"".join(out), edits


class Origin:
    """The author's bytes and the passes that were made over them."""

    def __init__(self, raw: bytes, passes: tuple[Edits, ...] = ()) -> None:
        self.raw = raw
        self._passes = passes

    @functools.cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.raw))]

    def offset(self, offset: int) -> int:
        """Byte of the author's text."""
        for edits in reversed(self._passes):
            offset = edits.before(offset)
        return min(offset, len(self.raw))

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column), both from 1; the column counts characters, a byte order mark is none."""
        at = self.offset(offset)
        line = bisect_right(self._lines, at) - 1
        begin = self._lines[line]
        if line == 0 and self.raw.startswith(BOM):
            begin = min(len(BOM), at)
        return line + 1, len(self.raw[begin:at].decode("utf-8", "replace")) + 1
