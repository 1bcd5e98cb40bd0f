"""Inputs made to stall, swell or crash a parser: `hostile(language)` yields the same ones each time, of at most 100 KB.

Give them to a parser only in a process of its own with limits on memory and time: some cost gigabytes and minutes.
"""

import random
from collections.abc import Callable, Iterator

from tests.validation.corpus.dialects import DIALECTS, Dialect

KB = 1024
LIMIT = 100 * KB
LANGUAGES = ("go", "python", "javascript", "typescript", "rust", "java", "cpp", "c")


OPERATORS = "+-*/%=<>!&|^~?:.,"
BRACKETS = (
    ("parentheses", "(", ")"),
    ("squares", "[", "]"),
    ("curlies", "{", "}"),
    ("angles", "<", ">"),
    ("mixed", "([{", "}])"),
)


def fill(unit: str, size: int = LIMIT) -> str:
    """As many whole units as fit into `size` bytes."""
    return unit * max(1, size // len(unit.encode()))


def nest(before: str, after: str, size: int = LIMIT) -> str:
    return (n := max(1, size // len((before + after).encode()))) * before + "a" + n * after


def seeded(language: str, what: str) -> random.Random:
    return random.Random(f"{language}:{what}")  # noqa: S311 - the same inputs in every run, not secrets


def brackets() -> Iterator[tuple[str, str]]:
    for name, opening, closing in BRACKETS:
        yield f"open-{name}", fill(opening)
        yield f"nested-{name}", nest(opening, closing)
    yield "closed-only", fill(")]}>")
    yield "crossed", fill("([)]")


def operators(language: str) -> Iterator[tuple[str, str]]:
    yield "operator-run", fill(OPERATORS)
    yield "operator-run-27k", fill(OPERATORS, 27 * KB)
    dice = seeded(language, "operators")
    yield "operators-shuffled", "".join(dice.choice(OPERATORS) for _ in range(LIMIT))
    yield "operators-between-names", "".join("a" + dice.choice(OPERATORS) for _ in range(LIMIT // 2))
    for name, unit in (
        ("minus", "-"),
        ("nots", "!"),
        ("tildes", "~"),
        ("stars", "*"),
        ("ampersands", "&"),
        ("minus-spaced", "- "),
    ):
        yield f"unary-{name}", fill(unit, LIMIT - 4) + "a"
    yield "binary-chain", fill("a+")[:-2] + "+a"
    yield "arrow-12k", fill("a=>", 12 * KB)
    yield "arrow", fill("a=>")
    yield "generic-16k", fill("A<", 16 * KB)
    yield "generic", fill("A<")
    yield "comparison", fill("a<a>")
    yield "ternary", fill("a?a:")
    yield "member-chain", fill("a.") + "a"
    yield "call-chain", "a" + fill("()")
    yield "subscript-chain", "a" + fill("[0]")
    yield "call-nest", nest("a(", ")")


def literals(d: Dialect) -> Iterator[tuple[str, str]]:
    yield "quotes", fill(d.string)
    yield "single-quotes", fill("'")
    yield "quotes-alternating", fill("\"'")
    yield "escapes-unterminated", d.string + fill("\\\\", LIMIT - 2)
    yield "string-unterminated", d.string + fill("a ", LIMIT - 2)
    yield "string-huge", d.string + "a" * (LIMIT - 2) + d.string
    yield "comment-huge", d.comment + "a" * (LIMIT - 3)
    yield "comments-tiny", fill(d.comment + "\n")
    for n, opening in enumerate(d.open_strings):
        yield f"unterminated-{n}", opening + fill("a\n", LIMIT - len(opening))
        yield f"unterminated-many-{n}", fill(opening + "\n")


def sizes() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "identifier-huge", "a" * LIMIT
    yield "number-huge", "9" * LIMIT
    yield "number-points", fill("1.")
    yield "line-huge", fill("a = 1; ")
    yield "lines-empty", "\n" * LIMIT
    yield "tokens-tiny", fill("a ")
    yield "names-many", "\n".join(f"a{n:05}" for n in range(LIMIT // 7))
    yield "blanks", " " * LIMIT
    yield "tabs-growing", "".join("\t" * n + "a\n" for n in range(440))
    yield "indented-blocks", "".join(" " * n + "if a:\n" for n in range(430))
    yield "staircase-down", "".join(" " * (440 - n) + "a\n" for n in range(440))
    yield "commas", "," * LIMIT
    yield "semicolons", ";" * LIMIT
    yield "underscores", fill("_")
    yield "non-ascii-names", fill("é")
    yield "wide-names", fill("\uff45")
    yield "combining", "a" + fill("\u0301", LIMIT - 1)
    yield "astral-letters", fill("\U0001d41e")
    yield "ligature-expanding", fill("\ufdfa")  # one letter whose NFKC is 18 characters
    yield "zero-width", fill("a\u200b")
    yield "bidi", fill("\u202e\u2066")


def mistakes(language: str, d: Dialect) -> Iterator[tuple[str, str]]:
    dice = seeded(language, "mistakes")
    pieces = (
        [unit for _, unit in d.runs]
        + [b for _, b, _ in d.nests]
        + [a for _, _, a in d.nests]
        + list("(){}[]<>;,.'\"\\\n")
    )
    out: list[str] = []
    room = LIMIT
    while room > 0:
        piece = dice.choice(pieces)
        out.append(piece)
        room -= len(piece.encode())
    yield "soup", "".join(out[:-1])
    yield "printable-noise", "".join(chr(dice.randrange(32, 127)) for _ in range(LIMIT))
    yield "many-errors", fill(") a = = 1 ( ;\n")
    yield "errors-in-head", d.head + fill("} ) ] a (\n", LIMIT - len(d.head))
    yield "prose", fill("this is not a program, it's a sentence; and one more.\n")


def raw(language: str, d: Dialect) -> Iterator[tuple[str, bytes]]:
    """What is no text: such bytes must not reach a parser, or must not hurt it."""
    dice = seeded(language, "bytes")
    yield "random-bytes", dice.randbytes(LIMIT)
    yield "random-high-bytes", bytes(dice.randrange(128, 256) for _ in range(LIMIT))
    yield "nuls", bytes(LIMIT)
    yield "nul-between", b"a\0" * (LIMIT // 2)
    yield "nul-in-comment", (d.comment + "\0\n").encode() * (LIMIT // 4)
    yield "bom", b"\xef\xbb\xbfa = 1\n"
    yield "boms", b"\xef\xbb\xbf" * (LIMIT // 3)
    yield "utf-16", b"\xff\xfe" + fill("a = 1\n", LIMIT // 2 - 2).encode("utf-16-le")
    yield "utf-32", b"\xff\xfe\0\0" + fill("a = 1\n", LIMIT // 4 - 8).encode("utf-32-le")
    yield "surrogates", b"\xed\xa0\x80" * (LIMIT // 3)
    yield "overlong", b"\xc0\x80" * (LIMIT // 2)
    yield "truncated-character", b"a = 1\n" * 100 + b"\xe2\x82"
    yield "continuations", b"\x80" * LIMIT
    yield "carriage-returns", b"\r" * LIMIT
    yield "line-ends-mixed", b"a\nb\rc\r\nd\n\re\xe2\x80\xa8f\xe2\x80\xa9\x0b\x0c\x85" * (LIMIT // 22)
    yield "lone-cr-comments", (d.comment + "a\r").encode() * (LIMIT // (len(d.comment) + 2))
    yield "controls", bytes(range(1, 32)) * (LIMIT // 31)
    yield "backslashes", b"\\" * LIMIT
    yield "backslash-newlines", b"a\\\n" * (LIMIT // 3)
    yield "backslash-blank-newlines", b"a\\ \t\r\n" * (LIMIT // 6)
    yield "escape-letters", b"\\u0061\\u{61}\\x61" * (LIMIT // 16)
    yield "escape-cut", b"\\u" * (LIMIT // 2)
    yield "trigraph-run", b"??/\n??=??(??<" * (LIMIT // 13)
    yield "cookie", b"# coding: utf-7\n" + b"+AAo-" * 20_000


def languages_own(d: Dialect) -> Iterator[tuple[str, str]]:
    for name, before, after in d.nests:
        yield f"nest-{name}", d.head + nest(before, after, LIMIT - len(d.head) - 1)
        yield f"nest-{name}-open", d.head + fill(before, LIMIT - len(d.head))
    for name, unit in d.runs:
        yield f"run-{name}", d.head + fill(unit, LIMIT - len(d.head))


def hostile(language: str) -> Iterator[tuple[str, bytes]]:
    """(name, source) of every hostile input for `language`; names are unique within a language."""
    d = DIALECTS[language]
    texts: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
        brackets,
        lambda: operators(language),
        lambda: literals(d),
        sizes,
        lambda: mistakes(language, d),
        lambda: languages_own(d),
    )
    for texts_of in texts:
        for name, text in texts_of():
            yield name, text.encode()[:LIMIT]
    yield from raw(language, d)
