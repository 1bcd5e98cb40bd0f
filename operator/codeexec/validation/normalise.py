"""From a file's bytes to the text that is parsed: what the language's own front end reads before it looks for tokens.
Every trick by which a compiler sees other text than a parser ends here. It must never lose the way back to the
author's text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codeexec.validation.normalisers import AFTER_LINES, BEFORE_LINES
from codeexec.validation.normalisers.passes import Found, Pass, Passed
from codeexec.validation.origin import BOM, Edits, Origin, edit

_ODD = re.compile(rb"\r\n?|\x00|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
MAX_NOTES = 100
"""Of one kind."""


class Note(NamedTuple):
    """Something about the text itself that a rule may refuse: a construct found before there is a tree."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normalised:
    text: bytes
    """UTF-8, lines end in LF."""
    notes: tuple[Note, ...]
    origin: Origin

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of the author's text, both from 1, columns in characters."""
        return self.origin.place(offset)


def normalise(language: str, raw: bytes) -> Normalised:
    """Text that is no UTF-8 comes back empty, with the note `source-encoding`."""
    try:
        raw.decode()
    except UnicodeDecodeError as bad:
        edits = Edits()
        edits.piece(0, bad.start, copied=False)
        return Normalised(b"", (Note("source-encoding", 0, 0),), Origin(raw, (edits,)))
    steps: tuple[Pass, ...] = (_bom, *BEFORE_LINES.get(language, ()), _lines, *AFTER_LINES.get(language, ()))
    text, done, notes = raw, list[Edits](), list[Note]()
    for step in steps:
        text, edits_made, found = step(text)
        found = list(_bounded(found))
        if edits_made is not None:
            notes = [Note(note.kind, edits_made.after(note.start), edits_made.after(note.end)) for note in notes]
            found = [Found(kind, edits_made.after(start), edits_made.after(end)) for kind, start, end in found]
            done.append(edits_made)
        notes += (Note(*each) for each in found)
    return Normalised(text, tuple(notes), Origin(raw, tuple(done)))


def _bounded(found: Sequence[Found]) -> Iterator[Found]:
    seen = Counter[str]()
    for each in found:
        seen[each.kind] += 1
        if seen[each.kind] <= MAX_NOTES:
            yield each


def _bom(text: bytes) -> Passed:
    if not text.startswith(BOM):
        return Passed(text)
    edits = Edits()
    edits.piece(0, len(BOM), copied=True)
    return Passed(text[len(BOM) :], edits)


def _lines(text: bytes) -> Passed:
    """A lone CR ends a line for CPython, node, javac and gcc, and not for their grammars."""
    found: list[Found] = []
    seen = Counter[str]()

    def replace(match: re.Match[bytes]) -> bytes | None:
        odd = match[0]
        if odd == b"\r\n":
            return b"\n"
        kind = "lone-cr" if odd == b"\r" else "nul" if odd == b"\0" else "bidi-control"
        seen[kind] += 1
        if seen[kind] <= MAX_NOTES:
            found.append(Found(kind, match.start(), match.end()))
        return b"\n" if odd == b"\r" else b" " if odd == b"\0" else None

    return Passed(*edit(text, _ODD, replace), found)
