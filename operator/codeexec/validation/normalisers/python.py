"""PEP 263: the cookie of another encoding makes CPython read other text. PEP 3131: identifiers are compared in NFKC."""

import re

from codeexec.validation.normalisers.identifiers import identifiers
from codeexec.validation.normalisers.passes import Found, Passed

_COOKIE = re.compile(rb"[^\r\n]*(?:\r\n?|\n)?")
_CODING = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")
_UTF8 = re.compile(r"utf-?8(-.*)?|u8|utf|(us-)?ascii|646")
_ASCII_COMPATIBLE = re.compile(r"latin-?1|iso-?8859-\d+|l1|cp125\d|windows-125\d")


def check_cookie(text: bytes) -> Passed:
    """Only a cookie that does not change the text is accepted."""
    at = 0
    for _ in range(2):
        line = _COOKIE.match(text, at)
        if line is None:
            break
        if cookie := _CODING.match(text, at, line.end()):
            name = cookie[1].decode().lower().replace("_", "-")
            plain = _UTF8.fullmatch(name) or (_ASCII_COMPATIBLE.fullmatch(name) and text.isascii())
            if not plain:
                return Passed(text, None, [Found("source-encoding", cookie.start(1), cookie.end(1))])
        at = line.end()
    return Passed(text)


def ascii_identifiers(text: bytes) -> Passed:
    """Characters that are letters, digits or `_` to CPython become them, and names have one spelling."""
    return identifiers(text, "NFKC")
