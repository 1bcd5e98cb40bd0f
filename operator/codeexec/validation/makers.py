"""`.constructor` of a function makes functions of text; of anything else it is a class that programs look at. Which
of both it is shows, where it shows, in what stands around it."""

import re
from collections.abc import Sequence

from codeexec.validation.facts import Span

RETURNS_THIS = re.compile(r"\bfunction\b[^{}]{0,80}\{\s*return\s+this\s*(?:;\s*)?\}", re.ASCII)
"""What is called without an object gives the global one."""

_COMPARES = re.compile(r"\s*[!=]==?", re.ASCII)
_COMPARED = re.compile(r"(?:[!=]==?|\binstanceof|\btypeof)\s*[\w$.\[\]]*$", re.ASCII)
_MEMBER = re.compile(r"\s*\??\.\s*(?!(?:constructor|call|apply|bind)\b)[A-Za-z_$]", re.ASCII)
_CALL = re.compile(r"\s*(?:\?\.\s*)?[(`]", re.ASCII)
_AGAIN = re.compile(r"\s*\??\.\s*(?:constructor|call|apply|bind)\b", re.ASCII)
_OF_THIS = re.compile(r"(new\s+)?(?<![\w$.])this\s*(?:\?\.|\.|\[)\s*$", re.ASCII)


def makes(code: str, start: int, end: int, static: Sequence[Span]) -> bool:
    """Whether the member (its name or key) at these places of the blanked text may be the maker. `static`: where
    `this` is itself a function."""
    after = code[end : end + 80]
    if _COMPARES.match(after) or _MEMBER.match(after):
        return False
    before = code[max(0, start - 80) : start]
    this = _OF_THIS.search(before)
    if this is not None and not any(each.start <= start < each.end for each in static):
        return bool(_AGAIN.match(after) or (_CALL.match(after) and not this[1]))
    return _CALL.match(after) is not None or _COMPARED.search(before) is None
