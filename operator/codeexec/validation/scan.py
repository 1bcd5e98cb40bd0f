"""Names in a blanked text, found without a grammar: that works in regions which a parser gave up on, and in macros. What a name
means comes from the walk's aliases; `expressions` follows it through subscripts and well-known calls."""

import re
from functools import lru_cache

from codeexec.validation.expressions import Expressions
from codeexec.validation.facts import MAX_REFERENCES, Reference, Span
from codeexec.validation.languages.grammar import Names
from codeexec.validation.walk import Walk

MAX_COMPONENTS = 16
"""Of one dotted name; what follows counts as members."""
_IDENTIFIER = re.compile(r"[#\w$\x80-\xff]+", re.ASCII)

_AFTER_PREFIX = frozenset({'"', "'", "#"})


@lru_cache(32)
def pattern(names: Names) -> re.Pattern[str]:
    """Text as Latin-1, one character a byte."""
    first = f"[{names.letters}]"
    word = rf"(?!\$\{{){first}[\w$\x80-\xff]*"
    separator = rf"(?:{names.separators})"
    lead = rf"(?:(?<!\.){separator}\s*)?"
    key = r"(?<=[\w$)\]\"'`}])\s*(?:\?\.\s*)?\[(?=\s*[\"'`])" if names.subscripts else r"(?!)"
    return re.compile(
        rf"(?P<lead>{lead})(?<![#\w$\x80-\xff])(?P<name>{word}(?:\s*{separator}\s*{word}){{0,{MAX_COMPONENTS}}})|(?P<key>{key})",
        re.ASCII,
    )


def references(seen: Walk, code: str) -> tuple[Reference, ...]:
    """`code`: the blanked text as Latin-1."""
    names = seen.grammar.names
    expressions = Expressions(seen, code)
    out: list[Reference] = []
    unread = iter([*sorted(seen.unread), Span(len(code) + 1, len(code) + 1)])
    hidden = next(unread)
    skip, keywords, marks, is_hot = seen.skip, names.keywords, names.marks, expressions.is_hot
    for match in pattern(names).finditer(code):
        start = match.start("name")
        if start < 0:
            _key(expressions, match.end(), out)
            continue
        while start >= hidden.end:
            hidden = next(unread)
        if start >= hidden.start:
            continue
        name, end = match["name"], match.end()
        if end - start < 4 and code[end : end + 1] in _AFTER_PREFIX:
            continue  # `f"`, `R"`, `r#"`
        if match["lead"]:
            if match["lead"] != "::" or not _rooted(code, match.start()):
                _members(name, start, out, first=True)
                continue
        if name.isidentifier() and not is_hot(name):  # the common case: one component that nothing is known about
            if name not in keywords and start not in skip and not expressions.is_shadowed(name, start):
                if name in marks:
                    seen.note(marks[name], Span(start, end))
                out.append(Reference(name if name.isascii() else _text(name), Span(start, end)))
            continue
        if (cut := _after_keyword(name, names)) is not None:
            offset, rooted = cut
            name, start = name[offset:], start + offset
            if not rooted:
                _members(name, start, out, first=True)
                continue
        if start not in skip and (name not in keywords or code[end : end + 9].lstrip().startswith("(")):
            for found, stop in expressions.follow(start, name, end):
                if found in marks:
                    seen.note(marks[found], Span(start, stop))
                out.append(Reference(found if found.isascii() else _text(found), Span(start, stop)))
        _members(name, start, out, first=False)
        if len(out) > MAX_REFERENCES:
            seen.overflow = True
            break
    expressions.note_computed()
    return tuple(out)


def _after_keyword(name: str, names: Names) -> tuple[int, bool] | None:
    """Of `return ::system`: where the name begins, and whether it is one of the global namespace."""
    root = _IDENTIFIER.match(name)
    if root is None or root[0] not in names.keywords or root[0] in names.receivers or root[0] in names.calls:
        return None
    second = _IDENTIFIER.search(name, root.end())
    return None if second is None else (second.start(), name[root.end() : second.start()].strip() == "::")


def _rooted(code: str, at: int) -> bool:
    """Whether `::` begins a name of the global namespace and does not go on from something."""
    before = code[max(0, at - 40) : at].rstrip()
    return not before or not (before[-1].isalnum() or before[-1] in "_>)]")


def _members(name: str, start: int, out: list[Reference], *, first: bool) -> None:
    for index, part in enumerate(_IDENTIFIER.finditer(name)):
        if index or first:
            member = part[0]
            out.append(
                Reference(
                    "." + (member if member.isascii() else _text(member)),
                    Span(start + part.start(), start + part.end()),
                )
            )


def _key(expressions: Expressions, at: int, out: list[Reference]) -> None:
    """`["name"]` behind anything is the member of that name."""
    literal = expressions.literal(at)
    if literal is None:
        return
    key, end = literal
    if key.isidentifier() and expressions.code[end : end + 40].lstrip().startswith("]"):
        out.append(Reference("." + key, Span(at, end)))


def _text(name: str) -> str:
    return name.encode("latin-1").decode("utf-8", "replace")
