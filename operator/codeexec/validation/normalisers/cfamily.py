"""C and C++: a backslash at a line's end joins lines, also within a name (gcc allows blanks after it); digraphs and
`\\u0041` are other spellings. Trigraphs mean nothing under the gnu standards that the images compile with; two of them
would change what a name or directive is."""

import re

from codeexec.validation.normalisers.passes import Found, Passed
from codeexec.validation.origin import edit

_SPLICE = re.compile(rb"\\[ \t\v\f]*\n")
_DIRECTIVE = re.compile(rb"^([ \t\v\f]*)(%:|#)((?:[ \t]*/\*[^\n]{0,200}?\*/)*)", re.MULTILINE)
_TOKEN = re.compile(
    rb"""//[^\n]*|/\*.*?(?:\*/|\Z)"""
    rb"""|\#[ \t]*(?:include|include_next|import|embed|define[ \t]+\w+[ \t]+)[ \t]*<[^>\n]*>"""
    rb"""|(?P<raw>(?<!\w)(?:u8|[uUL])?R"([^()\\ \n"]{0,16})\(.*?(?:\)\2"|\Z))"""
    rb"""|"(?:[^"\\\n]|\\[^\n])*"|(?<!\w)\.?[0-9](?:[\w.]|'\w)*|'(?:[^'\\\n]|\\[^\n])*'"""
    rb"""|(?P<open>["'][^\n]*)"""
    rb"""|(?P<digraph>%:%:|<:(?!:[^:>])|:>|<%|%>)"""
    rb"""|\\(?:u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))""",
    re.DOTALL,
)
_DIGRAPHS = {b"%:%:": b"##  ", b"<:": b"[ ", b":>": b"] ", b"<%": b"{ ", b"%>": b"} "}
_UNIT = re.compile(
    rb"""^([ \t]*(?:export[ \t]+)?import(?:[ \t]|/\*[^\n]{0,200}?\*/)*)(<[^>\n]*>|"[^"\n]*")[ \t]*;""", re.MULTILINE
)
_TRIGRAPH = re.compile(rb"\?\?[=/]")


def splice(text: bytes) -> Passed:
    found = [Found("trigraph", match.start(), match.end()) for match in _TRIGRAPH.finditer(text)]
    return Passed(*edit(text, _SPLICE, lambda _: b""), found)


def tokens_of_c(text: bytes) -> Passed:
    """The grammar knows no raw strings, which gcc has in C too: they become blank ones."""
    return Passed(*edit(text, _TOKEN, lambda match: _plain(match, raw_strings=True)))


def tokens(text: bytes) -> Passed:
    return Passed(*edit(text, _TOKEN, lambda match: _plain(match, raw_strings=False)))


def _plain(match: re.Match[bytes], *, raw_strings: bool) -> bytes | None:
    """Another spelling of what the author wrote; None where it is plain already."""
    if match["digraph"]:
        return _DIGRAPHS[match["digraph"]]
    if match["open"]:  # ends with its line, and may only stand where nothing is compiled
        return b" " * len(match["open"])
    if match["raw"] and raw_strings:
        return b'"' + re.sub(rb"[^\n]", b" ", match["raw"][1:-1]).replace(b"\n", b" ") + b'"'
    if match["short"] or match["long"]:
        code = int(match["short"] or match["long"], 16)
        return chr(code).encode() if code < 0x80 or 0xA0 <= code < 0xD800 or 0xE000 <= code < 0x110000 else None
    return None


def directives(text: bytes) -> Passed:
    """`%:` begins a directive as `#` does, and a comment may follow it; the grammars know neither."""
    return Passed(*edit(text, _DIRECTIVE, lambda match: match[1] + b"#".ljust(len(match[2]) + len(match[3]))))


def header_units(text: bytes) -> Passed:
    """`import <header>;` brings what `#include <header>` does; the grammar takes it for a comparison."""
    return Passed(*edit(text, _UNIT, lambda match: b"#include " + match[2]))
