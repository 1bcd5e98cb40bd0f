"""Two spellings of a name that a language takes for one: `é` is one character, or `e` and an accent behind it."""

import re
import unicodedata
from typing import Literal

from codeexec.validation.normalisers.passes import Passed
from codeexec.validation.origin import edit

_WORD = re.compile(rb"[A-Za-z0-9_]*[\xc2-\xf4][A-Za-z0-9_\x80-\xff]*")
_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_PLAIN = re.compile(rb"[A-Za-z0-9_]+")
MAX_WORD = 400
"""Bytes; to put many accents in order takes quadratic time, and no name is that long."""


def identifiers(text: bytes, form: Literal["NFC", "NFKC"]) -> Passed:
    """Names in one form. What is no name stays, but for characters that are an ASCII letter, digit or `_` in that form;
    others may be anything there: NFKC of a wide quote is a quote."""
    if text.isascii():
        return Passed(text)

    def one(match: re.Match[bytes]) -> bytes:
        return _formed(match[0], form)

    return Passed(*edit(text, _WORD, one))


def _formed(word: bytes, form: Literal["NFC", "NFKC"]) -> bytes:
    if len(word) <= MAX_WORD:
        whole = unicodedata.normalize(form, word.decode())
        if f"a{whole}".isidentifier():
            return whole.encode()
    return _CHARACTER.sub(lambda match: _plain(match[0], form), word)


def _plain(character: bytes, form: Literal["NFC", "NFKC"]) -> bytes:
    plain = unicodedata.normalize(form, character.decode()).encode()
    return plain if _PLAIN.fullmatch(plain) else character
