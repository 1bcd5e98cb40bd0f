"""CEL rules that refuse a spec beside which the store has no room for a verdict: etcd takes 1.5 MiB for an object.

The store holds JSON as Go writes it. Some characters take two bytes there, some six, and a rule can look at a long text
only a few times (the API server's cost limit is per rule). So every character counts six bytes, but those of a long
stdin: they count what they have as UTF-8, and one rule each says how many there may be of those that take more.
"""

from typing import Any

MAX_STORED_BYTES = 1_440_000
MAX_ANY_STDIN_CHARS = 100_000
"""A longer one is text."""
MAX_MARKUP, MAX_LINE_ENDS, MAX_QUOTES = 20_000, 140_000, 60_000
"""Characters of a longer stdin that take six, two and two bytes."""
_LINE_ENDS = (r"\n", r"\r", r"\t")
_QUOTES = (r"\"", r"\\")
_ODD = r"[^\t\n\r -\u2027\u202a-\U0010ffff]"
"""These would take six bytes too. Written so that CEL makes a short expression of it: its length counts."""


def _size(of: str, name: str) -> str:
    return f"(has({of}.{name}) ? {of}.{name}.size() : 0)"


def _sum(of: str, name: str, each: str) -> str:
    return f"(has({of}.{name}) ? {of}.{name}.map(x, {each}).sum() : 0)"


def _program(of: str) -> str:
    file = f"x.path.size() + {_size('x', 'content')} + {_size('x', 'contentBase64')}"
    return f"{_size(of, 'code')} + {_sum(of, 'files', file)} + {_sum(of, 'args', 'x.size()')}"


_CHARS_BUT_STDIN = (
    f"{_program('self')} + {_sum('self', 'env', 'x.name.size() + ' + _size('x', 'value'))}"
    f" + (has(self.batch) ? self.batch.map(i, {_program('i')} + {_size('i', 'stdin')}"
    f" + {_size('i', 'expectedOutput')}).sum() : 0)"
)
_STDIN_BYTES = (
    f"(!has(self.stdin) ? 0 : self.stdin.size() <= {MAX_ANY_STDIN_CHARS} ? self.stdin.size() * 6"
    f" : bytes(self.stdin).size() + {5 * MAX_MARKUP + MAX_LINE_ENDS + MAX_QUOTES})"
)


def _longer_stdin(rule: str, message: str) -> dict[str, Any]:
    return {
        "rule": f"!has(self.stdin) || self.stdin.size() <= {MAX_ANY_STDIN_CHARS} || {rule}",
        "message": f"a stdin of more than {MAX_ANY_STDIN_CHARS:,} characters {message}",
    }


def _at_most(number: int, characters: tuple[str, ...], what: str) -> dict[str, Any]:
    rest = "".join(f".replace('{character}', '')" for character in characters)
    return _longer_stdin(
        f"self.stdin.size() - self.stdin{rest}.size() <= {number}", f"can have at most {number:,} {what}"
    )


def rules() -> list[dict[str, Any]]:
    return [
        {
            "rule": f"({_CHARS_BUT_STDIN}) * 6 + {_STDIN_BYTES} <= {MAX_STORED_BYTES}",
            "message": "code, files, stdin, args, env and expectedOutput, those of the batch included, are more than "
            f"the store has room for: {MAX_STORED_BYTES // 6:,} characters together, or beside a small program a "
            "longer stdin that is text, up to 1 MiB",
        },
        _longer_stdin(f"!self.stdin.matches('{_ODD}')", "cannot have control characters: let the program make them"),
        _at_most(MAX_MARKUP, ("<", ">", "&"), "of <, > and &, which take six bytes each in the store"),
        _at_most(MAX_LINE_ENDS, _LINE_ENDS, "line ends and tabs, which take two bytes each in the store"),
        _at_most(MAX_QUOTES, _QUOTES, "quotation marks and backslashes, which take two bytes each in the store"),
    ]
