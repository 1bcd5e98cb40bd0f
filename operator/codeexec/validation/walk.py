"""One walk over a syntax tree with a cursor: it takes down what only the tree knows (literals, imports, declarations,
aliases, constructs, branches) and leaves names to the scan. It never recurses, never asks for a node's parent and
never copies the text of a whole subtree: a hostile tree is 50,000 levels deep."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from tree_sitter import Node, Tree

from codeexec.validation import deadline
from codeexec.validation.facts import MAX_EACH, Construct, Function, Import, Reference, Span
from codeexec.validation.languages.grammar import Grammar, Handler
from codeexec.validation.literals import as_written

_Scope = tuple[int, int, bool]
"""First and last byte, and whether names declared here are known to everything in between."""
MAX_SHADOWS = 64
"""Declarations of one name; a further one is not believed, which can only add findings."""
MAX_TARGETS = 8
MAX_DOTTED = 4_000
"""Bytes of a name in an import, comments between its parts included."""
_BETWEEN = re.compile(r"/\*.*?\*/|//[^\n]*|[\s\\]+", re.DOTALL | re.ASCII)
NODES_BETWEEN_CHECKS = 1_000
"""Of the soft limit."""
MAX_TEXT = 400
"""Bytes that a handler may read of a node."""


def first_child(node: Node) -> Node | None:
    return node.child(0) if node.child_count else None


def named_child(node: Node, index: int = 0) -> Node | None:
    return node.named_child(index) if node.named_child_count > index else None


class Member(NamedTuple):
    """An expression to look at later, or a member of it."""

    owner: Span
    name: str = ""


class Walk:
    """What has been seen so far."""

    def __init__(self, text: bytes, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.depth = 0
        self.imports: list[Import] = []
        self.constructs: dict[tuple[str, int], Construct] = {}
        self.told: list[Reference] = []
        """References that only the tree shows."""
        self.comments: list[Span] = []
        self.strings: list[Span] = []
        self.blanks: list[Span] = []
        self.skip: set[int] = set()
        """Where names begin that are declared, keys or labels."""
        self.unread: list[Span] = []
        """Statements that the scan leaves out: imports."""
        self.aliases: defaultdict[str, list[str | Member]] = defaultdict(list)
        """Name -> canonical names, or expressions to look at."""
        self.modules: set[str] = set()
        self.wildcards: list[str] = []
        self.shadows: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.revived: set[str] = set()
        """Names that may mean the global again: `global x`, `del x`."""
        self.defined: set[str] = set()
        """Functions with a body."""
        self.pointers: set[str] = set()
        """Types that are pointers to functions."""
        self.dynamic: set[int] = set()
        """Starts of literals with interpolations."""
        self.computed: list[tuple[int, int, int]] = []
        """Expressions (start, end) of which a member is taken whose name cannot be read, and where."""
        self.opened: list[Span] = []
        """Expressions whose members are names by themselves: `with (process)`."""
        self.handed: set[str] = set()
        """Modules and the like that are put where they are not followed: arguments, containers, attributes."""
        self.bodies: list[Span] = []
        """Outermost classes and objects, in which `this` is theirs."""
        self.loose: list[tuple[str, Span]] = []
        """Members of what may be the global object: `this.eval` outside of classes and objects."""
        self.given: set[str] = set()
        """Members that the program makes itself."""
        self.shown: set[int] = set()
        """Where expressions begin that are given to a name which others see as a member."""
        self.static: list[Span] = []
        """Pieces of code in which `this` is a function."""
        self.suspects: list[tuple[str, str, Span]] = []
        """(module, construct, where): a construct if the module is used."""
        self.functions: list[tuple[str, Span, int]] = []
        self.complexity = 1
        self.overflow = False
        self.scopes: list[_Scope] = [(0, len(text), True)]
        self._open: list[tuple[int, int]] = []
        self._counts: list[int] = []

    # What handlers say.

    def read(self, node: Node) -> str:
        """The node's text in Latin-1, its beginning if it is long."""
        return self.text[node.start_byte : min(node.end_byte, node.start_byte + MAX_TEXT)].decode("latin-1")

    def dotted(self, node: Node) -> str:
        """The node's text without what may stand between the parts of a name: blanks, comments, joined lines."""
        if node.end_byte - node.start_byte > MAX_DOTTED:
            self.overflow = True
        text = self.text[node.start_byte : min(node.end_byte, node.start_byte + MAX_DOTTED)].decode("latin-1")
        return _BETWEEN.sub("", text)

    def note(self, kind: str, node: Node | Span) -> None:
        span = node if isinstance(node, Span) else Span(node.start_byte, node.end_byte)
        if len(self.constructs) < MAX_EACH:
            self.constructs.setdefault((kind, span.start), Construct(kind, span))
        else:
            self.overflow = True

    def bring(self, name: str, node: Node, *, wildcard: bool = False) -> None:
        """An import."""
        self.imported(name, Span(node.start_byte, node.end_byte), wildcard=wildcard)

    def imported(self, name: str, at: Span, *, wildcard: bool = False) -> None:
        """An import, of whatever kind."""
        for odd, kind in self.grammar.names.odd_modules.items():
            if re.match(odd, name):
                self.note(kind, at)
        if len(self.imports) < MAX_EACH:
            self.imports.append(Import(as_written(name), at, wildcard))
        else:
            self.overflow = True

    def tell(self, name: str, node: Node) -> None:
        """A reference that the scan would not make out."""
        if len(self.told) < MAX_EACH:
            self.told.append(Reference(as_written(name), Span(node.start_byte, node.end_byte)))
        else:
            self.overflow = True

    def leave_out(self, node: Node) -> None:
        self.unread.append(Span(node.start_byte, node.end_byte))

    def declare(self, node: Node, *, certain: bool = True) -> str:
        """The name of what is declared. `certain`: code in the scope cannot mean anything else by it."""
        self.skip.add(node.start_byte)
        name = self.read(node)
        if certain:
            self.shadow(name, node.start_byte)
        return name

    def shadow(self, name: str, start: int) -> None:
        scope = self.scope(start)
        ranges = self.shadows[name]
        if scope[2] and len(ranges) < MAX_SHADOWS:
            ranges.append((scope[0] if self.grammar.hoists else start, scope[1]))

    def shadow_in(self, name: str, node: Node) -> None:
        """Declared for all of a node, and nowhere else."""
        ranges = self.shadows[name]
        if len(ranges) < MAX_SHADOWS:
            ranges.append((node.start_byte, node.end_byte))

    def alias(self, name: str, target: str | Node | Member) -> None:
        if isinstance(target, Node):
            target = Member(Span(target.start_byte, target.end_byte))
        targets = self.aliases[name]
        if len(targets) < MAX_TARGETS and target not in targets:
            targets.append(target)

    def member_alias(self, name: str, owner: Node, member: str) -> None:
        """`{member: name} = owner`."""
        self.alias(name, Member(Span(owner.start_byte, owner.end_byte), member))

    def module(self, alias: str, name: str) -> None:
        """A name that stands for a module."""
        self.alias(alias, name)
        self.modules.add(name)

    def scope(self, at: int) -> _Scope:
        scopes = self.scopes
        while len(scopes) > 1 and at >= scopes[-1][1]:
            scopes.pop()
        return scopes[-1]

    # What happens at nodes of the kinds that a grammar names.

    def enter(self, node: Node) -> None:
        start = node.start_byte
        self.scope(start)
        self.scopes.append((start, node.end_byte, True))

    def enter_opaque(self, node: Node) -> None:
        start = node.start_byte
        self.scope(start)
        self.scopes.append((start, node.end_byte, False))

    def enter_function(self, node: Node) -> None:
        self.enter(node)
        at = node.start_byte
        while self._open and at >= self._open[-1][1]:
            self._open.pop()
        if len(self.functions) >= MAX_EACH:
            self.overflow = True
            return
        field = self.grammar.functions[node.type]
        named = node.child_by_field_name(field) if field else None
        for _ in range(8):
            inner = named.child_by_field_name("declarator") if named is not None else None
            if inner is None:
                break
            named = inner
        name = self.read(named) if named is not None else ""
        self._open.append((len(self.functions), node.end_byte))
        self.functions.append((name, Span(at, named.end_byte if named is not None else at), 1))
        self._counts.append(1)

    def branch(self, node: Node) -> None:
        self.complexity += 1
        at = node.start_byte
        while self._open and at >= self._open[-1][1]:
            self._open.pop()
        if self._open:
            self._counts[self._open[-1][0]] += 1

    def comment(self, node: Node) -> None:
        span = Span(node.start_byte, node.end_byte)
        self.comments.append(span)
        self.blanks.append(span)

    def string(self, node: Node) -> None:
        span = Span(node.start_byte, node.end_byte)
        self.strings.append(span)
        if node.child_count == 0:
            self.blanks.append(Span(span.start + 1, max(span.start + 1, span.end - 1)))

    def content(self, node: Node) -> None:
        self.blanks.append(Span(node.start_byte, node.end_byte))

    def interpolation(self, node: Node) -> None:
        at = node.start_byte
        for span in reversed(self.strings[-8:]):
            if span.start < at < span.end:
                self.dynamic.add(span.start)
                return

    def measured(self) -> tuple[Function, ...]:
        counted = zip(self.functions, self._counts, strict=True)
        return tuple(Function(as_written(name) or "(anonymous)", at, count) for (name, at, _), count in counted)


_Step = Callable[[Walk, Node], bool | None]


def steps(grammar: Grammar) -> dict[int, _Step]:
    """Kind id -> what to do; made once for a grammar."""
    wanted: defaultdict[str, list[Handler]] = defaultdict(list)
    for kind, own in grammar.handlers.items():
        wanted[kind].append(own)  # first: what a function is called is declared outside it
    for kind in grammar.functions:
        wanted[kind].append(Walk.enter_function)
    for kinds, handler in (
        (grammar.scopes, Walk.enter),
        (grammar.opaque, Walk.enter_opaque),
        (grammar.branches, Walk.branch),
        (grammar.comments, Walk.comment),
        (grammar.strings, Walk.string),
        (grammar.contents, Walk.content),
        (grammar.dynamic, Walk.interpolation),
    ):
        for kind in kinds:
            wanted[kind].append(handler)
    table: dict[int, _Step] = {}
    for kind, handlers in wanted.items():
        step = handlers[0] if len(handlers) == 1 else _together(tuple(handlers))
        if kind not in grammar.kinds:
            raise ValueError(f"{grammar.language.name}: no node type {kind!r}")
        table.update(dict.fromkeys(grammar.kinds[kind], step))
    return table


def _together(handlers: tuple[Handler, ...]) -> _Step:
    def step(walk: Walk, node: Node) -> bool | None:
        skip = False
        for handler in handlers:
            skip = bool(handler(walk, node)) or skip
        return skip

    return step


def walk(tree: Tree, text: bytes, grammar: Grammar, table: dict[int, _Step]) -> Walk:
    seen = Walk(text, grammar)
    cursor = tree.walk()
    find, down, right, up = table.get, cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    depth = 0
    until_check = NODES_BETWEEN_CHECKS
    while True:
        node = cursor.node
        if node is not None and (step := find(node.kind_id)) is not None:
            until_check -= 1
            if not until_check:
                deadline.check()
                until_check = NODES_BETWEEN_CHECKS
            seen.depth = depth
            leaf = step(seen, node)
        else:
            leaf = False
        if not leaf and down():
            depth += 1
            continue
        while not right():
            if not up():
                return seen
            depth -= 1
