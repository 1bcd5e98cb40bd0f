"""C and C++: a backslash at a line's end joins lines, also within a name (gcc allows blanks after it). Trigraphs mean nothing
under the gnu standards that the images compile with; two of them would change what a name or directive is."""

import re

from codeexec.validation.normalisers.passes import Found, Passed
from codeexec.validation.origin import edit

_SPLICE = re.compile(rb"\\[ \t\v\f]*\n")
_DIRECTIVE = re.compile(rb"^[ \t\v\f]*%:", re.MULTILINE)
_TRIGRAPH = re.compile(rb"\?\?[=/]")


def splice(text: bytes) -> Passed:
    found = [Found("trigraph", match.start(), match.end()) for match in _TRIGRAPH.finditer(text)]
    return Passed(*edit(text, _SPLICE, lambda _: b""), found)


def directives(text: bytes) -> Passed:
    """`%:` begins a directive as `#` does; the grammars do not know it."""
    if b"%:" not in text:
        return Passed(text)
    return Passed(*edit(text, _DIRECTIVE, lambda match: match[0][:-2] + b"# "))
