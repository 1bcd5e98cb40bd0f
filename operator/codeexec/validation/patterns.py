"""Regular expressions that a policy's author wrote: RE2 only, bounded in size, looked for all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from codeexec.validation import deadline

MAX_PROGRAM = 1000
"""RE2's own measure of a pattern. Above it the fast automaton may run out of memory, and a search take seconds."""
MAX_HITS = 20
"""Of one pattern in one file: to look for all of them takes quadratic time for some patterns."""
MAX_MEMORY = 8 << 20
TRIAL_MEMORY = 64 << 10
"""Enough to compile whatever is not above MAX_PROGRAM. With all memory it takes up to a tenth of a second, in the
operator's own process, to find out that a pattern is too large."""


def _options(memory: int = MAX_MEMORY) -> re2.Options:
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory
    return options


class InvalidPattern(ValueError):  # noqa: N818 the condition of the policy has this name
    """RE2 does not take it. `position`: characters before what it stumbles over, -1 when it does not say."""

    def __init__(self, pattern: str, message: str, position: int = -1) -> None:
        where = f" at character {position + 1}" if position >= 0 else ""
        super().__init__(f"{message}{where} of {pattern!r}")
        self.pattern, self.message, self.position = pattern, message, position
        self.field = ""


@dataclass(frozen=True, slots=True)
class Hit:
    pattern: int
    """Its number."""
    start: int
    end: int


class Patterns:
    """Compiled once for a policy; raises InvalidPattern."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._each = [_compiled(pattern) for pattern in patterns]
        self._any = None
        if patterns:
            self._any = re2.Set.SearchSet(_options())
            for pattern in patterns:
                self._any.Add(pattern)
            self._any.Compile()

    def hits(self, text: bytes) -> Iterator[Hit]:
        """`text` in UTF-8; places are bytes of it."""
        if self._any is None:
            return
        # None: nothing matches, or it ran out of memory and does not know. Asked one by one they know.
        matching = self._any.Match(text)
        for number in range(len(self._each)) if matching is None else sorted(matching):
            deadline.check()
            for count, found in enumerate(self._each[number].finditer(text)):
                deadline.check()
                if count == MAX_HITS:
                    break
                yield Hit(number, *found.span())


def _compiled(pattern: str) -> "re2._Regexp":
    try:
        re2.compile(pattern.encode(), _options(TRIAL_MEMORY))
        compiled = re2.compile(pattern.encode(), _options())
    except re2.error as error:
        said = error.args[0]
        message, _, rest = (said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)).partition(": ")
        if message.startswith("pattern too large"):
            message = f"too large: RE2 counts more than the {MAX_PROGRAM:,} that are allowed"
        raise InvalidPattern(pattern, message, pattern.find(rest) if rest else -1) from None
    if compiled.programsize > MAX_PROGRAM:
        raise InvalidPattern(
            pattern, f"too large: RE2 counts {compiled.programsize:,} where at most {MAX_PROGRAM:,} are allowed"
        )
    return compiled
