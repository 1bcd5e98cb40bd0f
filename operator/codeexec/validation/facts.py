"""What the validator knows of one source file before any rule is looked at. Spans are bytes of the normalised text;
`normalised.place` leads back to the text as its author wrote it."""

from dataclasses import dataclass
from typing import NamedTuple

from codeexec.validation.normalise import Normalised

CONSTRUCTS = frozenset(
    {
        "unsafe",
        "inline-asm",
        "ffi",
        "native-method",
        "cgo",
        "compiler-directive",
        "dynamic-import",
        "dynamic-code",
        "computed-member",
        "token-paste",
        "computed-include",
        "function-pointer-cast",
        "source-encoding",
        "bidi-control",
        "lone-cr",
        "nul",
        "trigraph",
        "reflection",
        "code-section",
        "bodyless-function",
        "too-complex",
    }
)
"""A closed list, ours: a new version of a grammar does not change what a rule or policy means."""

MAX_REFERENCES = 40_000
"""A file of 100 KB that people write has under 20,000; beyond, it is `too-complex`."""
MAX_EACH = 2_000
"""Of imports, constructs and functions; beyond, it is `too-complex`."""


class Span(NamedTuple):
    """Bytes of the normalised text. A tuple, because a file has thousands of them."""

    start: int
    end: int


class Import(NamedTuple):
    name: str
    """Python dotted, Go path, JavaScript module without `node:`, Rust `a::b`, Java dotted, C header with its path
    made plain."""
    at: Span
    wildcard: bool = False


class Reference(NamedTuple):
    name: str
    """Components joined by `.` in every language, aliases resolved. `.member` is a member of whatever receiver."""
    at: Span


class Construct(NamedTuple):
    kind: str
    at: Span


class Problem(NamedTuple):
    at: Span
    message: str


class Function(NamedTuple):
    name: str
    at: Span
    complexity: int


@dataclass(frozen=True, slots=True)
class Facts:
    normalised: Normalised
    imports: tuple[Import, ...] = ()
    references: tuple[Reference, ...] = ()
    constructs: tuple[Construct, ...] = ()
    problems: tuple[Problem, ...] = ()
    """At most one: what follows the first is mostly its consequence."""
    functions: tuple[Function, ...] = ()
    comments: tuple[Span, ...] = ()
    strings: tuple[Span, ...] = ()
    """Literals with their quotes; an interpolation is inside its literal's span and not blanked."""
    complexity: int = 1
    """Cyclomatic: 1 + every branch of the file."""
    blanked: bytes = b""
    """The normalised text with comments and contents of literals as spaces; same offsets and line ends."""
