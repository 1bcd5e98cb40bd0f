r"""`\u0065val` is `eval`: escapes that stand for an ASCII character of identifiers are decoded wherever they are;
inside a literal that changes nothing that anyone looks for."""

import re

from codeexec.validation.normalisers.passes import Passed
from codeexec.validation.origin import edit

_ESCAPE = re.compile(rb"\\\\|\\u(?:00([0-7][0-9a-fA-F])|\{0*([0-7][0-9a-fA-F])\})")
_IDENTIFIER = re.compile(rb"[A-Za-z0-9_$]")


def decode_identifiers(text: bytes) -> Passed:
    if b"\\u" not in text:
        return Passed(text)
    return Passed(*edit(text, _ESCAPE, _decode))


def _decode(match: re.Match[bytes]) -> bytes | None:
    digits = match[1] or match[2]
    if not digits:
        return None
    character = bytes([int(digits, 16)])
    return character if _IDENTIFIER.fullmatch(character) else None
