"""Names in a blanked text, found without a grammar: that works in regions which a parser gave up on, and in macros.
What a name means comes from the walk's aliases; `expressions` follows it through subscripts and well-known calls."""

import re
from collections.abc import Sequence
from functools import lru_cache

from codeexec.validation.expressions import Expressions
from codeexec.validation.facts import MAX_REFERENCES, Reference, Span
from codeexec.validation.languages.grammar import Names
from codeexec.validation.literals import as_written
from codeexec.validation.makers import RETURNS_THIS, makes
from codeexec.validation.walk import Walk

MAX_HANDED = 8
MAX_COMPONENTS = 16
"""Of one dotted name; what follows counts as members."""
_WORD = r"A-Za-z0-9_$\x80-\xff"
_COMPONENT = re.compile(rf"[#{_WORD}]+")
_AFTER_PREFIX = frozenset({'"', "'", "#"})
_RANGES = ("..", ":::")


@lru_cache(32)
def pattern(names: Names) -> re.Pattern[str]:
    """Text as Latin-1, one character a byte. Begins with a plain set of characters: that is what makes it quick."""
    more = rf"(\s*(?:{names.separators})\s*[{names.letters}][{_WORD}]*){{0,{MAX_COMPONENTS}}}"
    return re.compile(rf"[{names.letters}](?<![{_WORD}#][{names.letters}])[{_WORD}]*{more}", re.ASCII)


def references(seen: Walk, code: str) -> tuple[Reference, ...]:
    """`code`: the blanked text as Latin-1."""
    prefix = seen.grammar.names.raw_prefix
    if prefix and prefix in code:
        code = re.sub(rf"(?<![{_WORD}]){prefix}(?=[{seen.grammar.names.letters}])", " " * len(prefix), code)
    return _Scan(seen, code).run()


class _Scan:
    def __init__(self, seen: Walk, code: str) -> None:
        self.seen = seen
        self.code = code
        self.names = seen.grammar.names
        self.expressions = Expressions(seen, code)
        self.out: list[Reference] = []

    def run(self) -> tuple[Reference, ...]:
        code, out, skip, unread = self.code, self.out, self.seen.skip, self._unread()
        ignored, leads = self.names.keywords, self.names.leads
        hot, shadowed, is_shadowed = self.expressions.is_hot, self.seen.shadows, self.expressions.is_shadowed
        hidden = unread.pop()
        done = 0
        for match in pattern(self.names).finditer(code):
            start, end = match.span()
            gap = code[done:start]
            done = end
            while start >= hidden.end:
                hidden = unread.pop()
            if start >= hidden.start or (end - start < 4 and code[end : end + 1] in _AFTER_PREFIX):
                continue  # the latter: `f"`, `R"`, `r#"`
            name = match[0]
            if name == "$" and code[end : end + 1] == "{":
                continue
            gap = gap.rstrip()
            lead = gap.endswith(leads) and not gap.endswith(_RANGES)
            if match.lastindex is None and not lead and not hot(name):  # one component that nothing is known about
                if name not in ignored and start not in skip and not (name in shadowed and is_shadowed(name, start)):
                    out.append(Reference(as_written(name), Span(start, end)))
                continue
            self._path(name, start, end, gap if lead else "")
            if len(out) > MAX_REFERENCES:
                break
        self._afterwards()
        if len(out) > MAX_REFERENCES:
            self.seen.overflow = True
        return tuple(out[:MAX_REFERENCES])

    def _afterwards(self) -> None:
        """What can be said once all names have been seen."""
        self._keys()
        for name, at in self.seen.loose:
            if name not in self.seen.given:
                self._refer(name, at.start, at.end)
        self.out += self.seen.told
        self._handed()
        for module, kind, span in self.seen.suspects:
            if module in self.seen.modules:
                self.seen.note(kind, span)
        self.expressions.note_computed()

    def _unread(self) -> list[Span]:
        """Spans that are left out, the first one last."""
        beyond = len(self.code) + 1
        return [Span(beyond, beyond), *sorted(self.seen.unread, reverse=True)]

    def _path(self, name: str, start: int, end: int, lead: str) -> None:
        names = self.names
        parts = list(_COMPONENT.finditer(name))
        if not parts or (lead and not (lead.endswith("::") and self._is_rooted(lead, start))):
            self._members(name, start, parts)
            return
        root = parts[0][0]
        if root not in names.keywords and not self.expressions.is_hot(root):
            self._cold(name, start, end, parts)
            return
        if root in names.keywords and root not in names.receivers:
            if len(parts) > 1 and root not in names.calls:  # `return ::system`
                second = parts[1].start()
                rooted = name[len(root) : second].strip() == "::"
                name, start = name[second:], start + second
                parts = list(_COMPONENT.finditer(name))
                if not rooted:
                    self._members(name, start, parts)
                    return
            elif len(parts) == 1 and not self.code[end : end + 9].lstrip().startswith("("):
                return
        if start not in self.seen.skip:
            for found, stop in self.expressions.follow(start, name, end):
                self._refer(found, start, stop)
        self._members(name, start, parts[1:])

    def _refer(self, name: str, start: int, end: int) -> None:
        head = name.partition(".")[0]
        if head in self.names.looked_at and (name != head or not makes(self.code, start, end, ())):
            return
        if name in self.names.marks:
            self.seen.note(self.names.marks[name], Span(start, end))
        if name.startswith(".") and name[1:] in self.names.makers:  # `Reflect.get(f, "constructor")`
            self.seen.note("dynamic-code", Span(start, end))
        self.out.append(Reference(as_written(name), Span(start, end)))

    def _cold(self, name: str, start: int, end: int, parts: Sequence[re.Match[str]]) -> None:
        """A path that begins with nothing known: no need to follow it."""
        root = parts[0][0]
        silent = (
            start in self.seen.skip or root in self.names.receivers or self.expressions.is_hidden(root, name, start)
        )
        if not silent:
            whole = ".".join([part[0] for part in parts])
            self.out.append(Reference(as_written(whole), Span(start, end)))
        self._members(name, start, parts[1:])

    def _is_rooted(self, lead: str, start: int) -> bool:
        """Whether `::` begins a name of the global namespace and does not go on from something."""
        before = lead[:-2].rstrip()
        if before:
            return not (before[-1] in "_>)]" or before[-1].isalnum() or before[-1] >= "\x80")
        outside = self.code[max(0, start - 60) : start].rstrip().removesuffix("::").rstrip()
        word = re.search(rf"[{_WORD}]+$", outside)
        return (
            not outside or (word is not None and word[0] in self.names.keywords) or outside[-1] in "({[,;=&|!+-*/%<?:}"
        )

    def _members(self, name: str, start: int, parts: Sequence[re.Match[str]]) -> None:
        if self.names.relative and "::" in name:
            self._through(name, start)
        for part in parts:
            member = as_written(part[0])
            at = Span(start + part.start(), start + part.end())
            self.out.append(Reference(f".{member}", at))
            if member in self.names.makers and makes(self.code, at.start, at.end, self.seen.static):
                self.seen.note("dynamic-code", at)

    def _handed(self) -> None:
        """A module that is handed on may be what any member is a member of. `.system` is then `os.system`."""
        handed = sorted(self.seen.handed | ({"globalThis"} if RETURNS_THIS.search(self.code) else set()))[:MAX_HANDED]
        handed = [name for name in handed if "." not in name or name in self.seen.modules]
        if not handed:
            return
        members = {each.name: each.at for each in reversed(self.out) if each.name.startswith(".")}
        for name, at in members.items():
            if len(self.out) > MAX_REFERENCES:
                break
            for each in handed:
                whole = name[1:] if each in self.names.global_objects else f"{each}{name}"
                if whole in self.names.marks:
                    self.seen.note(self.names.marks[whole], at)
                self.out.append(Reference(whole, at))

    def _through(self, name: str, start: int) -> None:
        """`own::process::Command`, where a module of the program hands on what it imports."""
        for part in list(_COMPONENT.finditer(name))[1:]:
            for found in self.expressions.handed_on(part[0]):
                beyond = ".".join((found, *_COMPONENT.findall(name, part.end())))
                self.out.append(Reference(as_written(beyond), Span(start + part.start(), start + len(name))))

    def _keys(self) -> None:
        """`["name"]` behind anything is the member of that name."""
        if not self.names.subscripts:
            return
        for span in self.seen.strings:
            before = self.code[max(0, span.start - 40) : span.start].rstrip()
            if before[-1:] != "[" or not re.search(r"[A-Za-z0-9_$)\]\"'`}\x80-\xff.]\s*$", before[:-1]):
                continue
            literal = self.expressions.literal(span.start)
            if literal is None or len(self.out) > MAX_REFERENCES:
                continue
            key, end = literal
            if as_written(key).isidentifier() and self.code[end : end + 40].lstrip().startswith("]"):
                self.out.append(Reference(f".{as_written(key)}", Span(span.start, end)))
                close = self.code.index("]", end) + 1
                if key in self.names.makers and makes(self.code, span.start, close, self.seen.static):
                    self.seen.note("dynamic-code", Span(span.start, end))
