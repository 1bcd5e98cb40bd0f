"""What the engine is told about a language. A language module is data and handlers; it holds no state of a walk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from tree_sitter import Language, Node, Parser

if TYPE_CHECKING:
    from codeexec.validation.walk import Walk

Handler = Callable[["Walk", Node], bool | None]
"""Takes down what a node says; True: nothing beneath it matters."""

Call = Literal["import", "class", "member", "same", "globals", "require", "made", "text", "names"]
"""What a call of a well-known function gives, when its arguments are literals: a module, a class by its name, a
member of an object, its argument, the global object, another `require`; `made`: what has no name of its own, so
its members are written as the function's; `text`: nothing, but a literal as its first argument is code;
`names`: something that takes the members which its first argument names."""


@dataclass(frozen=True, eq=False)
class Names:
    """How names are written and which of them are special."""

    separators: str = r"\."
    """Regex of what joins components."""
    leads: tuple[str, ...] = (".",)
    """The same as what stands before a member of something that is no name."""
    letters: str = r"A-Za-z_\x80-\xff"
    """What an identifier may begin with, as the inside of a regex's brackets."""
    keywords: frozenset[str] = frozenset()
    receivers: frozenset[str] = frozenset({"this", "self", "super"})
    """Keywords that stand for an object: only members count."""
    global_objects: frozenset[str] = frozenset()
    """A member of one is the global of that name."""
    objects: frozenset[str] = frozenset()
    """A computed key on one of these is a `computed-member`; so it is on global objects and imported modules."""
    calls: Mapping[str, Call] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    """References that are a construct wherever they stand."""
    module_tables: frozenset[str] = frozenset()
    """A literal key of one is a module: `sys.modules["os"]`."""
    transparent: frozenset[str] = frozenset()
    """Components that stand for what is before them: `.__dict__`."""
    forwards: frozenset[str] = frozenset()
    """Last components that call what is before them: `.call`."""
    raw_prefix: str = ""
    """What may stand before a name without being part of it: Rust's `r#`."""
    subscripts: bool = False
    """Whether `a["b"]` is a member."""
    roots: frozenset[str] = frozenset()
    """Names that no wildcard import brings: they are where paths begin."""
    classes_are_upper: bool = False
    """Whether a wildcard import of a package brings only names that begin with a capital, as in Java."""
    implicit: str = ""
    """A package whose classes need no import."""
    getters: frozenset[str] = frozenset()
    """Members of an object's table that take a key: `globals().get("a")`."""
    nested: frozenset[str] = frozenset()
    """Modules that are the same as a member of whatever module imports them: `glob.os`."""
    makers: frozenset[str] = frozenset()
    """Members that make code of text, unless only looked at: `.constructor`."""
    looked_at: frozenset[str] = frozenset()
    """Names that mean nothing bad where they are only compared: `instanceof Function`."""
    modules_have_keys: bool = True
    """Whether `module[key]` is a member of it."""
    casts: bool = False
    """Whether `(a as T)`, `(<T>a)` and `a!` are `a`."""
    odd_modules: Mapping[str, str] = field(default_factory=dict)
    """Regex of the beginning of a module's name -> the construct that importing it is."""
    scheme: str = ""
    """What may stand before a module's name without being part of it: `node:`."""
    relative: bool = False
    """Whether a path may begin with, or lead through, what another import brought: Rust's `use p::Command`."""
    dynamic_kind: str = "dynamic-import"
    """The construct that a computed name in a call for a module or class is."""


@dataclass(frozen=True, eq=False)
class Grammar:
    language: Language
    handlers: Mapping[str, Handler]
    branches: frozenset[str]
    """Node types, tokens among them, that add a way through a function."""
    functions: Mapping[str, str]
    """Node type of a function -> field of its name, or ""."""
    scopes: frozenset[str]
    """Node types at whose end the names declared in them end."""
    opaque: frozenset[str] = frozenset()
    """Node types whose names are not visible, or not certainly, to code inside them: a Python class, an `#if`."""
    comments: frozenset[str] = frozenset({"comment"})
    strings: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()
    """What is blanked of a literal; interpolations are not among these."""
    dynamic: frozenset[str] = frozenset()
    """Interpolations: a literal with one has no value."""
    names: Names = field(default_factory=Names)
    hoists: bool = False
    """Whether a declared name is known from the beginning of its scope."""

    @cached_property
    def parser(self) -> Parser:
        return Parser(self.language)

    @cached_property
    def kinds(self) -> dict[str, tuple[int, ...]]:
        """Node type -> the grammar's ids of it; of a type that is also a token (`string` in TypeScript) the node's."""
        ids: dict[tuple[str, bool], tuple[int, ...]] = {}
        for kind_id in range(self.language.node_kind_count):
            kind = self.language.node_kind_for_id(kind_id)
            if kind is not None:
                key = kind, self.language.node_kind_is_named(kind_id)
                ids[key] = (*ids.get(key, ()), kind_id)
        return {kind: found for (kind, named), found in ids.items() if named or (kind, True) not in ids}
