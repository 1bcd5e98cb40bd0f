"""Programs of the corpus with a few tokens gone, twice there, or from elsewhere: broken as people and attackers break
them. Drawn step by step, so that what hypothesis finds it can also make smaller."""

import functools
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.validation.corpus.dialects import DIALECTS
from tests.validation.corpus.hostile import hostile

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
MAX_BASE = 3_000
"""Bytes of a text before it is changed."""
MAX_TEXT = 6_000
_TOKEN = re.compile(rb"[A-Za-z0-9_$\x80-\xff]+|[ \t]+|\s|[^A-Za-z0-9_$\s]")
ODD = (
    *(b"\\", b"\\\n", b"\\u0065", b"\\u{65}", b"\\x65", b"\\N{LATIN SMALL LETTER E}", b"??/\n", b"%:", b"\r", b"\r\n"),
    *(b"\x00", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\xef\xbb\xbf", "\uff45".encode(), "\U0001d41e".encode(), b"\xff"),
    *("\ufdfa".encode(), "\u200b".encode(), "e\u0301".encode(), b"\xc2\xa0", b"\x0c", b"\t", b"\n\n", b"    "),
    *(
        b"/*",
        b"*/",
        b"//",
        b"#",
        b'"',
        b"'",
        b"`",
        b'"""',
        b"'''",
        b"${",
        b"}",
        b"(",
        b")",
        b"[",
        b"]",
        b"{",
        b"<",
        b">",
    ),
    *(
        b'r#"',
        b'"#',
        b'R"(',
        b')"',
        b'f"{',
        b"::",
        b".",
        b"?.",
        b"->",
        b"=>",
        b"=",
        b"==",
        b",",
        b";",
        b":",
        b"@",
        b"!",
    ),
    *(b"eval", b"import", b"from os import *", b"require", b"as", b"use", b"unsafe", b"extern", b"asm", b"0" * 40),
    *(
        b"globalThis",
        b"getattr",
        b"__import__",
        b"#include",
        b"#define a(b) b##b",
        b"goto",
        b"class",
        b"*",
        b"# coding:",
    ),
)


@functools.cache
def bases(language: str) -> tuple[tuple[str, bytes], ...]:
    """(path, text): the corpus, and the beginnings of what is hostile."""
    found = list[tuple[str, bytes]]()
    for folder in ("evil", "benign", "plain"):
        for path in sorted((CORPUS / language / folder).rglob("*")):
            if path.is_file():
                found.append((path.name, path.read_bytes()[:MAX_BASE]))
    own = DIALECTS[language]
    for name, text in hostile(language):
        found.append((f"{name}.tsx" if len(found) % 2 else name, text[: 200 + len(own.head)]))
    return tuple(found)


@functools.cache
def tokens(text: bytes) -> list[bytes]:
    return _TOKEN.findall(text)


Place = st.integers(0, 9_999)
"""Of ten thousand parts of a text."""
Step = st.tuples(
    st.sampled_from(["drop", "twice", "swap", "odd", "odd", "odd", "splice", "cut", "repeat"]),
    Place,
    Place,
    st.sampled_from(ODD),
    Place,
)


@st.composite
def programs(draw: Any, language: str) -> tuple[str, bytes]:
    """(path, source)."""
    choices = bases(language)
    path, text = draw(st.sampled_from(choices))
    parts = tokens(text)
    for what, one, other, odd, base in draw(st.lists(Step, max_size=8)):
        parts = _changed(parts, what, one, other, odd, tokens(choices[base % len(choices)][1]))
    return path, b"".join(parts)[:MAX_TEXT]


def _changed(parts: list[bytes], what: str, one: int, other: int, odd: bytes, else_where: list[bytes]) -> list[bytes]:
    at, end = one * len(parts) // 10_000, other * len(parts) // 10_000
    match what:
        case "drop":
            return parts[:at] + parts[at + 1 + other % 3 :]
        case "twice":
            return parts[:at] + parts[at : at + 1] * (1 + other % 30) + parts[at:]
        case "swap" if max(at, end) < len(parts):
            changed = list(parts)
            changed[at], changed[end] = parts[end], parts[at]
            return changed
        case "odd":
            return [*parts[:at], odd, *parts[at:]]
        case "splice":
            begin = other * len(else_where) // 10_000
            return parts[:at] + else_where[begin : begin + 40] + parts[at:]
        case "cut":
            return parts[:at]
        case "repeat":
            return parts[:at] + parts[at : at + 6] * (1 + other % 12) + parts[at:]
        case _:
            return parts
