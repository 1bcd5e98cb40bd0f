"""C and C++: a backslash at a line's end joins lines, also within a name (gcc allows blanks after it). Trigraphs mean
nothing under the gnu standards that the images compile with; two of them would change what a name or directive is."""

import re

from codeexec.validation.normalisers.passes import Found, Passed
from codeexec.validation.origin import edit

_SPLICE = re.compile(rb"\\[ \t\v\f]*\n")
_DIRECTIVE = re.compile(rb"^([ \t\v\f]*)(%:|#)((?:[ \t]*/\*[^\n]{0,200}?\*/)*)", re.MULTILINE)
_TRIGRAPH = re.compile(rb"\?\?[=/]")


def splice(text: bytes) -> Passed:
    found = [Found("trigraph", match.start(), match.end()) for match in _TRIGRAPH.finditer(text)]
    return Passed(*edit(text, _SPLICE, lambda _: b""), found)


def directives(text: bytes) -> Passed:
    """`%:` begins a directive as `#` does, and a comment may follow it; the grammars know neither."""
    return Passed(*edit(text, _DIRECTIVE, lambda match: match[1] + b"#".ljust(len(match[2]) + len(match[3]))))
