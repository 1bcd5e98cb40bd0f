"""A text with comments and contents of literals as spaces: same offsets, same lines."""

import re
from collections.abc import Iterable

from codeexec.validation.facts import Span

_SPACES = bytes(10 if byte == 10 else 32 for byte in range(256))
_WIDE_SPACE = re.compile(
    rb"\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\x8e\x8f\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf"
)
"""White space outside ASCII to JavaScript or Rust; nowhere part of a name."""


def blank(text: bytes, spans: Iterable[Span]) -> bytes:
    out = bytearray(text)
    for start, end in spans:
        out[start:end] = text[start:end].translate(_SPACES)
    code = bytes(out).replace(b"\\\n", b" \n")  # outside literals and comments a joined line
    return code if code.isascii() else _WIDE_SPACE.sub(lambda match: b" " * len(match[0]), code)
