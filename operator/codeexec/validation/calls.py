"""What keys and well-known calls make of a value: `globalThis["eval"]`, `require("fs")`, `getattr(os, "system")`.
Literals are found by where they begin."""

import re
from abc import abstractmethod
from typing import NamedTuple

from codeexec.validation.facts import Span
from codeexec.validation.literals import value
from codeexec.validation.meanings import MAX_DEPTH, Meanings
from codeexec.validation.walk import Walk

MAX_STEPS = 32
COMPONENT = re.compile(r"[#\w$\x80-\xff]+", re.ASCII)
_SPACE = re.compile(r"\s*")
_CAST_OF_KEY = re.compile(r"\s*(?:as|satisfies)\b[^()\[\],]{1,60}(?=[\]),])", re.ASCII)
_KEYWORD = re.compile(r"\w+\s*=\s*", re.ASCII)


class Value(NamedTuple):
    names: tuple[str, ...]
    end: int


class Calls(Meanings):
    """`code`: the blanked text as Latin-1."""

    def __init__(self, seen: Walk, code: str) -> None:
        super().__init__(seen)
        self.code = code
        self._strings = {span.start for span in seen.strings}
        self._literals = {span.start: span.end for span in seen.strings if span.start not in seen.dynamic}
        word = rf"[{self.names.letters}][\w$\x80-\xff]*"
        self._name = re.compile(rf"{word}(?:\s*(?:{self.names.separators})\s*{word}){{0,16}}", re.ASCII)
        self._more = re.compile(
            rf"\s*(?:{self.names.separators})\s*({word}(?:\s*(?:{self.names.separators})\s*{word}){{0,16}})", re.ASCII
        )

    @abstractmethod
    def _chain(self, start: int, name: str, end: int, *, depth: int, recording: bool) -> list[Value]:
        """The values on the way from a name through members, keys and calls; the last is that of all of it."""

    def literal(self, at: int) -> tuple[str, int] | None:
        """(value, end) of the literal at or after blanks from `at`; pieces joined by `+` or standing side by side are
        one."""
        parts: list[str] = []
        end = at
        for _ in range(MAX_STEPS):
            begin = self._skip_space(end)
            if parts and self.code[begin : begin + 1] == "+":
                begin = self._skip_space(begin + 1)
            stop = self._literals.get(begin)
            if stop is None:
                break
            text = self.seen.text[begin:stop][:1000].decode("latin-1")
            piece = value(text, raw_quotes="`" if self.seen.grammar.language.name == "go" else "")
            if piece is None:
                return None
            parts.append(piece)
            end = stop
        if self.names.casts and (cast := _CAST_OF_KEY.match(self.code, end)):
            end = cast.end()
        return ("".join(parts), end) if parts else None

    def _keyed(self, end: int) -> bool:
        """Whether a key follows, or a member that takes one."""
        at = self._skip_space(end)
        more = self._more.match(self.code, at)
        return self.code[at : at + 1] == "[" or (
            more is not None and COMPONENT.findall(more[1])[0] in self.names.getters
        )

    def _skip_space(self, at: int) -> int:
        match = _SPACE.match(self.code, at)
        return match.end() if match is not None else at

    def _subscript(self, names: tuple[str, ...], at: int, *, recording: bool) -> Value | None:
        literal = self.literal(at + 1)
        if literal is not None:
            key, end = literal
            end = self._skip_space(end)
            if self.code[end : end + 1] == "]":
                if any(name in self.names.module_tables for name in names):
                    return self._import(key, Span(at, end + 1), recording=recording)
                return Value(self._of_key(names, key), end + 1)
        if recording and self._is_object(names) and self._has_keys(names, at):
            self.seen.note("computed-member", Span(at, at + 1))
        return None

    def _of_key(self, owners: tuple[str, ...], key: str) -> tuple[str, ...]:
        found = self._member(owners, [key])
        if any(owner in self.names.global_objects for owner in owners):
            found += self.resolve(key)
        return found

    def _has_keys(self, names: tuple[str, ...], at: int) -> bool:
        """Whether a key is a member: not of a Python module, but of its table."""
        if self.names.modules_have_keys or any(
            name in self.names.objects or name in self.names.global_objects for name in names
        ):
            return True
        return self.code[max(0, at - 40) : at].rstrip().endswith((")", *self.names.transparent))

    def _made(self, names: tuple[str, ...], at: int) -> Value | None:
        """`Runtime.getRuntime()`: its members are written as the function's."""
        close = self._skip_space(at + 1)
        made = self.code[close : close + 1] == ")" and any(self.names.calls.get(name) == "made" for name in names)
        return Value(names, close + 1) if made else None

    def _call(self, names: tuple[str, ...], start: int, at: int, depth: int, *, recording: bool) -> Value | None:
        kind = next((self.names.calls[name] for name in names if name in self.names.calls), None)
        if depth > MAX_DEPTH:
            return None
        here = Span(start, at)
        if kind is None or kind == "text":
            if kind and recording and self._argument_start(at) in self._strings:
                self.seen.note("dynamic-code", here)
            owners = (name.rpartition(".") for name in names if self.names.getters)
            found = tuple(owner for owner, _, last in owners if last in self.names.getters)
            return self._got(found, start, at, recording=recording)
        if kind == "globals":
            close = self._skip_space(at + 1)
            return (
                Value(tuple(sorted(self.names.global_objects)[-1:]), close + 1)
                if self.code[close : close + 1] == ")"
                else None
            )
        if kind == "require":
            close = self.code.find(")", at, at + 400)
            return Value(("require",), close + 1) if close >= 0 else None
        if kind in {"import", "class"}:
            literal = self.literal(at + 1)
            if literal is not None:
                end = self._skip_space(literal[1])
                if self.code[end : end + 1] in {")", ","}:
                    close = self.code.find(")", end, end + 400)
                    return self._import(literal[0], Span(start, end), recording=recording, end=close + 1 or end)
            if recording and not self.code.startswith(")", self._skip_space(at + 1)):
                self.seen.note(self.names.dynamic_kind, here)
            return None
        return self._access(kind, here, at, depth, recording=recording)

    def _argument_start(self, at: int) -> int:
        """Of the first argument's value, behind its keyword."""
        begin = self._skip_space(at + 1)
        keyword = _KEYWORD.match(self.code, begin)
        return begin if keyword is None else keyword.end()

    def _got(self, owners: tuple[str, ...], start: int, at: int, *, recording: bool) -> Value | None:
        """`globals().get("a")`."""
        if not self._is_object(owners):
            return None
        key = self._argument(at)
        if key is not None:
            return Value(self._of_key(owners, key[0]), key[1])
        if recording:
            self.seen.note("computed-member", Span(start, at))
        return None

    def _access(self, kind: str, here: Span, at: int, depth: int, *, recording: bool) -> Value | None:
        """`getattr(a, "b")`, `vars(a)`."""
        begin = self._skip_space(at + 1)
        match = self._name.match(self.code, begin)
        owner = Value((), begin)
        if match is not None:
            owner = self._chain(begin, match[0], match.end(), depth=depth + 1, recording=False)[-1]
        end = self._skip_space(owner.end)
        closed = match is not None and self.code[end : end + 1] == ")"
        if closed and recording and self._is_object(owner.names) and not (kind == "same" and self._keyed(end + 1)):
            self.seen.note("computed-member", here)
        if kind == "same":
            return Value(owner.names, end + 1) if closed else None
        if kind == "names":
            key = self._argument(at)
            return Value(tuple(f".{part}" for part in key[0].split(".")), key[1]) if key is not None else None
        if self.code[end : end + 1] != ",":
            return self._key_of_anything(begin)
        key = self._argument(end)
        if key is not None:
            return Value((*self._member(owner.names, [key[0]]), f".{key[0]}"), key[1])
        if recording and self._is_object(owner.names):
            self.seen.note("computed-member", here)
        return None

    def _argument(self, comma: int) -> tuple[str, int] | None:
        """(value, end of the call) of an argument that is a literal."""
        literal = self.literal(comma + 1)
        if literal is None:
            return None
        close = self._skip_space(literal[1])
        if self.code[close : close + 1] not in {")", ","}:
            return None
        return literal[0], self.code.find(")", close, close + 400) + 1 or close

    def _key_of_anything(self, at: int) -> Value | None:
        """`getattr(f(x), "b")`: the first literal that is an argument by itself."""
        for _ in range(MAX_STEPS):
            at = self.code.find(",", at, at + 400)
            if at < 0:
                return None
            if key := self._argument(at):
                return Value((f".{key[0]}",), key[1])
            at += 1
        return None

    def _import(self, name: str, at: Span, *, recording: bool, end: int | None = None) -> Value:
        name = name.removeprefix(self.names.scheme)
        if recording:
            self.seen.imported(name, at)
        self.seen.modules.add(name)
        return Value((name,), at.end if end is None else end)
