r"""Java decodes `\uXXXX` before anything else, line ends and `*/` among them (JLS 3.3): after an even number of
backslashes, with any number of `u`."""

import re

from codeexec.validation.normalisers.passes import Passed
from codeexec.validation.origin import edit

_ESCAPE = re.compile(rb"\\\\|\\u+([dD][89abAB][0-9a-fA-F]{2})\\u+([dD][c-fC-F][0-9a-fA-F]{2})|\\u+([0-9a-fA-F]{4})")


def decode_escapes(text: bytes) -> Passed:
    if b"\\u" not in text:
        return Passed(text)
    return Passed(*edit(text, _ESCAPE, _decode))


def _decode(match: re.Match[bytes]) -> bytes | None:
    if match[3]:
        return chr(int(match[3], 16)).encode("utf-8", "replace")
    if match[1]:
        return (bytes.fromhex(match[1].decode()) + bytes.fromhex(match[2].decode())).decode("utf-16-be").encode()
    return None
