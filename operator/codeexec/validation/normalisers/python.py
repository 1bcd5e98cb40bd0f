"""PEP 263: the cookie of another encoding makes CPython read other text. PEP 3131: identifiers are compared in NFKC."""

import functools
import re
import unicodedata

from codeexec.validation.normalisers.passes import Found, Passed
from codeexec.validation.origin import edit

_COOKIE = re.compile(rb"[^\r\n]*(?:\r\n?|\n)?")
_CODING = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")
_UTF8 = re.compile(r"utf-?8(-.*)?|u8|utf|(us-)?ascii|646")
_ASCII_COMPATIBLE = re.compile(r"latin-?1|iso-?8859-\d+|l1|cp125\d|windows-125\d")
_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_]+")


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
    """Characters that are letters, digits or `_` to CPython become them; others stay (NFKC of a wide quote is a
    quote)."""
    if text.isascii():
        return Passed(text)
    return Passed(*edit(text, _CHARACTER, lambda match: _plain(match[0])))


@functools.lru_cache(4096)
def _plain(character: bytes) -> bytes | None:
    plain = unicodedata.normalize("NFKC", character.decode())
    return plain.encode() if _IDENTIFIER.fullmatch(plain) else None
