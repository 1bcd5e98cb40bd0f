"""What an expression stands for, as far as it can be read off: names through aliases, `globalThis["eval"]`,
`require("fs").promises`, `getattr(os, "system")`. Works on the blanked text; literals are found by where they begin."""

import re
from collections.abc import Iterator

from codeexec.validation import deadline
from codeexec.validation.calls import COMPONENT, MAX_STEPS, Calls, Value
from codeexec.validation.facts import Span
from codeexec.validation.meanings import MAX_NAMES
from codeexec.validation.walk import Walk

CHAINS_BETWEEN_CHECKS = 64
"""Of the soft limit."""
_WORD_OR_CLOSE = re.compile(r"[\w$)\]\x80-\xff]", re.ASCII)
_ENDS = frozenset(",;=+*/%<>!&|]}")
_GOES_ON = frozenset(".[?:-)(")
_CAST = re.compile(r"(?:as|satisfies)\b[^()]{1,80}(?=\))", re.ASCII)
_ANGLE = re.compile(r"<[^<>()]{1,60}>$", re.ASCII)
_COMPARED = re.compile(r"(?:[!=]==?|\b(?:typeof|instanceof|is|not|delete|del))\s*$", re.ASCII)
_COMPARES = re.compile(r"\s*(?:[!=]==?|is\b)|\s*(?:\?\.|[.(\[]|=(?!=))", re.ASCII)
_BEFORE_PAREN = frozenset(
    {"return", "await", "yield", "typeof", "in", "of", "not", "and", "or", "if", "else", "case", "void", "new", "print"}
)


class Expressions(Calls):
    def __init__(self, seen: Walk, code: str) -> None:
        super().__init__(seen, code)
        self._chains = 0
        self._followed = {
            target.owner.start: target.owner
            for targets in seen.aliases.values()
            for target in targets
            if not isinstance(target, str)
        }
        """Expressions that a name was given to, by where they begin."""
        for span in seen.opened[:MAX_STEPS]:
            self._everything += tuple(name for name in self.evaluate(span, 0) if self._is_object((name,)))
        self._known.clear()

    def follow(self, start: int, name: str, end: int) -> Iterator[tuple[str, int]]:
        """Canonical names that the expression beginning with this dotted name refers to, each with the end of its text.
        Notes constructs and imports on the way."""
        given = set[str]()
        chain = self._chain(start, name, end, depth=0, recording=True)
        self._hand_on(start, chain[-1])
        while self._reached:
            self.seen.imported(self._reached.pop(), Span(start, end))
        self._tables(start, name, end)
        for step in chain:
            for each in step.names:
                last = each.rpartition(".")
                plain = last[0] if last[2] in self.names.forwards and last[0] else each
                if plain != each and self.names.calls.get(plain) == "import":
                    self.seen.note(self.names.dynamic_kind, Span(start, step.end))
                if plain not in given:
                    given.add(plain)
                    yield plain, step.end

    def _tables(self, start: int, name: str, end: int) -> None:
        """`os.__dict__.values()`: whatever is in there."""
        if not any(each in name for each in self.names.transparent):
            return
        parts = COMPONENT.findall(name)
        at = next((at for at, part in enumerate(parts) if part in self.names.transparent), None)
        if (
            not at
            or self.names.modules_have_keys
            or (parts[at + 1] in self.names.getters if parts[at + 1 :] else self._keyed(end))
        ):
            return
        if self._is_object(self._begin(parts[:at], name, start, 0)):
            self.seen.note("computed-member", Span(start, end))

    def _is_followed(self, start: int) -> bool:
        given = self._followed.get(start)
        return given is not None and bool(self.evaluate(given, 0))

    def _hand_on(self, start: int, last: Value) -> None:
        """A module that is put where nobody follows it: an argument, an element, an attribute."""
        if not self._is_object(last.names) or _COMPARES.match(self.code, last.end):
            return
        if start not in self.seen.shown and self._is_followed(start):
            return
        if _COMPARED.search(self.code[max(0, start - 20) : start]):
            return
        self.seen.handed.update(name for name in last.names if self._is_object((name,)))
        if any(self.names.calls.get(name) == "import" for name in last.names):
            self.seen.note(self.names.dynamic_kind, Span(start, last.end))

    def evaluate(self, span: Span, depth: int) -> tuple[str, ...]:
        """Canonical names of the whole expression; none if it is anything but a name, a member or a well-known call."""
        at = span.start
        closing = 0
        for _ in range(MAX_STEPS):
            at = self._skip_space(at)
            if self.code[at : at + 1] in {"(", "&", "*"}:
                closing += self.code[at] == "("
                at += 1
            elif self.code.startswith("await ", at):
                at += 6
            else:
                break
        match = self._name.match(self.code, at)
        if match is None:
            return ()
        chain = self._chain(at, match[0], match.end(), depth=depth, recording=False)
        last = next((each for each in reversed(chain) if each.end <= span.end), None)
        if last is None:
            return ()
        rest = self.code[last.end : min(span.end, last.end + 200)].strip(" \t\n;!)")
        return last.names if not rest or rest.startswith(("as ", "satisfies ")) else ()

    def note_computed(self) -> None:
        """`const {[key]: f} = globalThis`."""
        for start, end, at in self.seen.computed:
            if self._is_object(self.evaluate(Span(start, end), 0)):
                self.seen.note("computed-member", Span(at, at + 1))

    def _begin(self, parts: list[str], name: str, start: int, depth: int) -> tuple[str, ...]:
        self._chains += 1
        if self._chains % CHAINS_BETWEEN_CHECKS == 0:
            deadline.check()
        root = parts[0]
        meanings = self._meanings(root, self.is_hidden(root, name, start), depth)
        return self._member(meanings, parts[1:]) if len(parts) > 1 else meanings[:MAX_NAMES]

    def _chain(self, start: int, name: str, end: int, *, depth: int, recording: bool) -> list[Value]:
        """The values on the way from a name through members, keys and calls; the last is that of all of it."""
        parts = COMPONENT.findall(name)
        names = self._begin(parts, name, start, depth)
        values = [Value(names, end)]
        if recording and parts[0] in self.names.global_objects and (raw := ".".join(parts)) not in names:
            values.append(Value((raw,), end))
        if (
            self.code[end : end + 1] == "!"
            and self.names.casts
            and self.code[end + 1 : end + 2] in {".", "[", "(", ")"}
        ):
            end += 1
        if self.code[end : end + 1] in _ENDS:
            return values
        opened = start
        for _ in range(MAX_STEPS):
            if not names:
                break
            at = self._skip_space(end)
            if self.code.startswith("?.", at) and self.code[at + 2 : at + 3] in {"[", "("}:
                at += 2
            mark = self.code[at : at + 1]
            step: Value | None
            if mark in {"a", "s"} and self.names.casts and (cast := _CAST.match(self.code, at)):
                at, mark = cast.end(), ")"
            if mark == ")":
                before = self._opening(opened) if self._goes_on(at + 1) else None
                opened = opened if before is None else before
                step = None if before is None else Value(names, at + 1)
            else:
                step = self._next(mark, names, start, at, depth, recording=recording)
            if step is None:
                break
            names, end = step
            values.append(step)
        return values

    def _next(
        self, mark: str, names: tuple[str, ...], start: int, at: int, depth: int, *, recording: bool
    ) -> Value | None:
        """What a key, a call or a member makes of a value."""
        if mark == "[" and self.names.subscripts:
            return self._subscript(names, at, recording=recording)
        if mark == "(":
            return self._made(names, at) or self._call(names, start, at, depth, recording=recording)
        more = self._more.match(self.code, at)
        if more is None:
            return None
        parts = COMPONENT.findall(more[1])
        call = self._skip_space(more.end())
        if parts[-1] in self.names.getters and self.code[call : call + 1] == "(":
            return self._got(self._member(names, parts[:-1]), start, call, recording=recording)
        return Value(self._member(names, parts), more.end())

    def _goes_on(self, at: int) -> bool:
        """Whether something is taken of what ends here."""
        at = self._skip_space(at)
        return self.code[at : at + 1] in _GOES_ON

    def _opening(self, start: int) -> int | None:
        """Where the parenthesis stands that this expression ends a group of: `(os)`, `(0, eval)`; None at a call's."""
        before = self.code[max(0, start - 60) : start].rstrip().removesuffix("await").rstrip()
        if self.names.casts and before.endswith(">"):
            before = _ANGLE.sub("", before).rstrip()
        at = max(0, start - 60) + len(before) - 1
        if before.endswith(("(", ",", "=")):
            if before[-1] != "(":
                return at if self.names.subscripts else None
            outside = before[:-1].rstrip(" \t")
            word = re.search(r"[\w$\x80-\xff]+$", outside)
            if not outside or not _WORD_OR_CLOSE.match(outside[-1]) or (word is not None and word[0] in _BEFORE_PAREN):
                return at
        return None
