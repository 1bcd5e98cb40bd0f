"""What a literal says, as far as it is written down in one place.

Text within the engine is Latin-1, one character a byte of the normalised text: names of the walk, of literals and of
the scan are the same, and places in them are places in the text. `as_written` gives the author's letters back."""

import re
import unicodedata

_OPEN = re.compile(r"([A-Za-z0-9]*)(#*)(\"\"\"|'''|\"|'|`)")
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|N\{([^}]{1,80})\}|([0-7]{1,3})|(\n)|(.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
MAX_LITERAL = 300
"""Characters of a literal whose value anyone asks for: names of modules and members."""


def as_written(name: str) -> str:
    return name if name.isascii() else name.encode("latin-1", "replace").decode("utf-8", "replace")


def value(literal: str, *, raw_quotes: str = "") -> str | None:
    """The text between the quotes, escapes decoded; None if it is too long to be a name. `raw_quotes` know no
    escapes."""
    opened = _OPEN.match(literal)
    if opened is None or len(literal) > MAX_LITERAL:
        return None
    prefix, hashes, quote = opened.groups()
    close = len(literal) - len(quote) - len(hashes)
    body = literal[opened.end() : max(opened.end(), close)]
    if "R" in prefix and body.endswith(")" + body.split("(", 1)[0]):  # C++: R"delimiter(...)delimiter"
        delimiter, _, rest = body.partition("(")
        return rest[: len(rest) - len(delimiter) - 1]
    if "r" in prefix.lower() or quote in raw_quotes:
        return body
    return _ESCAPE.sub(_decode, body) if "\\" in body else body


def _decode(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3] or match[4]
    if hexadecimal:
        code = int(hexadecimal, 16)
        return _bytewise(chr(code)) if code < 0x110000 else ""
    if match[5]:
        return _named(match[5])
    if match[6]:
        return _bytewise(chr(int(match[6], 8)))
    return "" if match[7] else _SIMPLE.get(match[8], match[8])


def _named(name: str) -> str:
    try:
        return _bytewise(unicodedata.lookup(name))
    except KeyError:
        return ""


def _bytewise(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")
