"""What a name stands for: itself, what it is an alias of, what a wildcard import may bring under it."""

from abc import ABC, abstractmethod

from codeexec.validation.facts import Span
from codeexec.validation.languages.grammar import Names
from codeexec.validation.walk import Walk

MAX_DEPTH = 8
"""Of aliases of aliases, and of calls in calls."""
MAX_NAMES = 12
"""Meanings of one expression that are followed."""
MAX_WILDCARDS = 8
MAX_PARTS = 32
"""Components of a path through other aliases; what begins so is covered too."""
MAX_WORK = 10_000
"""Aliases followed in one file: names that are each other's aliases have exponentially many meanings."""


class Meanings(ABC):
    def __init__(self, seen: Walk) -> None:
        self.seen = seen
        self.names: Names = seen.grammar.names
        self._resolved: dict[str, tuple[str, ...]] = {}
        self._reached: set[str] = set()
        """Modules that were got as members of other modules."""
        self._work = 0
        self._resolving: set[str] = set()
        self._known: dict[tuple[str, bool], tuple[str, ...]] = {}
        self._hot = (
            frozenset(seen.aliases)
            | self.names.global_objects
            | self.names.objects
            | frozenset(self.names.marks)
            | {name.partition(".")[0] for name in (*self.names.calls, *self.names.module_tables)}
        )
        self._objects = self.names.objects | self.names.global_objects
        self._everything = tuple(dict.fromkeys(seen.wildcards))[:MAX_WILDCARDS]
        if self.names.relative:
            far = (name for each in self._everything for name in self._onward(each, 0))
            self._everything = tuple(dict.fromkeys((*self._everything, *far)))[:MAX_WILDCARDS]

    @abstractmethod
    def evaluate(self, span: Span, depth: int) -> tuple[str, ...]:
        """Canonical names of a whole expression; none if it is more than a name, a member or a well-known call."""

    def is_hot(self, name: str) -> bool:
        return name in self._hot or bool(self._everything) or (bool(self.names.implicit) and name[0].isupper())

    def is_shadowed(self, name: str, at: int) -> bool:
        ranges = self.seen.shadows.get(name)
        if ranges is None or name in self.seen.revived:
            return False
        for start, end in ranges:  # noqa: SIM110 - a third of the time
            if start <= at < end:
                return True
        return False

    def is_hidden(self, root: str, name: str, at: int) -> bool:
        """Whether a dotted name begins with something that is declared here. Before `::` no variable counts."""
        if self.names.relative and name[len(root) :].lstrip().startswith("::"):
            return False
        return self.is_shadowed(root, at)

    def _is_object(self, names: tuple[str, ...]) -> bool:
        """Whether a key that cannot be read could name something that matters."""
        return not (self.seen.modules.isdisjoint(names) and self._objects.isdisjoint(names))

    def resolve(self, root: str, depth: int = 0) -> tuple[str, ...]:
        """What a name without its own declaration stands for, itself not included."""
        if root in self._resolved:
            return self._resolved[root]
        self._work += 1
        if self._work > MAX_WORK:
            self.seen.overflow = True
            return ()
        if depth > MAX_DEPTH or root in self._resolving:
            return ()
        self._resolving.add(root)
        found: list[str] = []
        for target in self.seen.aliases.get(root, ()):
            if isinstance(target, str):
                found.append(target)
                found += self._onward(target, depth) if self.names.relative else ()
            else:
                owners = self.evaluate(target.owner, depth + 1)
                found += self._member(owners, [target.name]) if target.name else owners
        self._resolving.discard(root)
        resolved = tuple(dict.fromkeys(found))[:MAX_NAMES]
        if not self._resolving:
            self._resolved[root] = resolved
        return resolved

    def _onward(self, path: str, depth: int) -> tuple[str, ...]:
        """What a path stands for that begins with another alias, or leads through one."""
        parts = path.split(".", MAX_PARTS)[:MAX_PARTS]
        return tuple(
            name
            for place, part in enumerate(parts)
            if part in self.seen.aliases
            for name in self._member(self.resolve(part, depth + 1), parts[place + 1 :])
        )

    def handed_on(self, name: str) -> tuple[str, ...]:
        """What a component of a path stands for if the module before it only imports it."""
        return (*self.resolve(name), *(f"{prefix}.{name}" for prefix in self._everything))

    def _meanings(self, root: str, shadowed: bool, depth: int) -> tuple[str, ...]:  # noqa: FBT001
        """What a name stands for, itself included unless it is declared here."""
        known = self._known.get((root, shadowed))
        if known is not None:
            return known
        found: list[str] = []
        aliased = self.resolve(root, depth) if root in self.seen.aliases else ()
        names = self.names
        word = root in names.receivers or (root in names.keywords and root not in names.calls)
        if not (word or shadowed):
            found.append(root)
            if not aliased and root not in names.roots:
                found += (f"{prefix}.{root}" for prefix in self._everything if self._brings(prefix, root))
                if names.implicit and root[0].isupper():
                    found.append(f"{names.implicit}.{root}")
        found += aliased
        known = tuple(dict.fromkeys(found))
        if depth == 0:
            self._known[root, shadowed] = known
        return known

    def _brings(self, prefix: str, name: str) -> bool:
        """Whether a wildcard import could bring this name."""
        return not self.names.classes_are_upper or name[0].isupper() or prefix.rpartition(".")[2][:1].isupper()

    def _member(self, owners: tuple[str, ...], parts: list[str]) -> tuple[str, ...]:
        owners = owners[:MAX_NAMES]
        for part in parts:
            if part in self.names.transparent:
                continue
            if part in self.names.nested:
                owners = tuple(self._nested(owner, part) for owner in owners)
            else:
                owners = tuple([self._plain(f"{owner}.{part}") if owner else part for owner in owners])
        return owners

    def _nested(self, owner: str, part: str) -> str:
        above = owner
        while above and above not in self.seen.modules:
            above = above.rpartition(".")[0]
        if not above:
            return f"{owner}.{part}"
        module = part.strip("_")
        self.seen.modules.add(module)
        self._reached.add(module)
        return module

    def _plain(self, name: str) -> str:
        owner, _, member = name.partition(".")
        while member and owner in self.names.global_objects:
            name = member
            owner, _, member = name.partition(".")
        return name
