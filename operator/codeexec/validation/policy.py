"""What a SandboxPolicy says about programs of one language, made ready for matching."""

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from codeexec.models.policy import BlockedPattern, LanguageValidation, Severity, SyntaxCheck, Validation
from codeexec.models.spec import Language
from codeexec.validation.facts import CONSTRUCTS
from codeexec.validation.names import NameSet
from codeexec.validation.patterns import InvalidPattern, Patterns
from codeexec.validation.rules import SEVERITIES, Group, selected

Kind = Literal["pattern", "import", "syntax", "size", "limit"]

SEPARATORS = {
    Language.GO: "/",
    Language.PYTHON: ".",
    Language.JAVASCRIPT: "/",
    Language.TYPESCRIPT: "/",
    Language.RUST: "::",
    Language.JAVA: ".",
    Language.CPP: "/",
    Language.C: "/",
}
"""What joins the components of an import's name, as programs of the language write it."""
ALONE = frozenset({Language.GO, Language.CPP, Language.C})
"""Where a name means no more than itself: Go's `net` does not bring along `net/url`, nor a header those beside it."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a finding says, wherever it is made."""

    kind: Kind
    rule: str
    severity: Severity
    description: str
    recommendation: str


NOT_ALLOWED = Ruling(
    "import",
    "import-not-allowed",
    "high",
    "Only what spec.languages.*.validation.allowedImports of the policy names may be imported.",
    "Leave it out, or ask for it to be allowed.",
)
BLOCKED = Ruling(
    "import", "import-blocked", "high", "The policy forbids to import this.", "Leave it out, or use another policy."
)
SYNTAX = Ruling("syntax", "syntax", "high", "This is not the language's syntax.", "Mend it; nothing has been run.")
TOO_LARGE = Ruling("size", "max-code-bytes", "critical", "", "Make it smaller, or divide it into several files.")
TOO_COMPLEX = Ruling(
    "limit",
    "too-complex",
    "critical",
    "The file has more imports, names, functions or aliases than are looked at, so that not all of it was checked.",
    "Divide it into several files, or make tables of data out of it.",
)
REDIRECTING = Ruling(
    "import",
    "redirecting-file",
    "high",
    "This file gives the names of imports another meaning.",
    "Import the program's files by their paths; leave imports, exports, paths and the like out of it.",
)
UNREADABLE = Ruling(
    "pattern",
    "native-file",
    "critical",
    "Machine code, byte code or a package cannot be checked.",
    "Bring the source in the run's language.",
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Immutable, and cheap to share: one for each policy generation and language."""

    language: Language
    imports: NameSet[Ruling]
    references: NameSet[Ruling]
    constructs: dict[str, tuple[Ruling, ...]]
    allowed: NameSet[Ruling]
    blocked: NameSet[Ruling]
    scopes: dict[str, tuple[Patterns, tuple[Ruling, ...]]]
    fail_on: Severity
    syntax: SyntaxCheck
    max_bytes: int

    @property
    def asks_for_names(self) -> bool:
        """Whether anything but syntax, size and regular expressions matters: what was left out might have mattered."""
        return bool(self.imports or self.references or self.constructs or self.allowed or self.blocked)

    def rejects(self, severity: Severity) -> bool:
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.fail_on)


def granted(validation: Validation) -> frozenset[Group]:
    """Groups of rules that the policy's access rights switch off."""
    groups: dict[Group, bool] = {
        "commands": validation.allow_external_commands,
        "filesystem": validation.allow_file_system_access,
        "network": validation.allow_network_access,
    }
    return frozenset(group for group, allowed in groups.items() if allowed)


def compiled(language: Language, validation: Validation, own: LanguageValidation) -> Compiled:
    """Raises InvalidPattern."""
    rules = selected(language, own.profile, granted(validation))
    separator, covers = SEPARATORS[language], language not in ALONE
    patterns = [
        (number, pattern)
        for number, pattern in enumerate(validation.blocked_patterns)
        if not pattern.languages or language in pattern.languages
    ]
    rulings = {number: _ruling(number, pattern) for number, pattern in patterns}
    imports, references, constructs = list[tuple[str, Ruling]](), list[tuple[str, Ruling]](), dict[str, list[Ruling]]()
    for rule in rules:
        ruling = Ruling("pattern", rule.id, rule.severity, rule.description, rule.recommendation)
        imports += [(name, replace(ruling, kind="import")) for name in rule.match.imports]
        references += [(name, ruling) for name in rule.match.references]
        for construct in rule.match.constructs:
            constructs.setdefault(construct, []).append(ruling)
    for number, pattern in patterns:
        if pattern.reference:
            references.append((pattern.reference, rulings[number]))
        if pattern.named:
            constructs.setdefault(_known(pattern.named), []).append(rulings[number])
    return Compiled(
        language,
        NameSet(imports, separator, covers=covers),
        NameSet(references, covers=True),
        {construct: tuple(found) for construct, found in constructs.items()},
        NameSet(((name, NOT_ALLOWED) for name in own.allowed_imports), separator, covers=covers),
        NameSet(((name, BLOCKED) for name in own.blocked_imports), separator, covers=covers),
        dict(_scopes(patterns, rulings)),
        validation.fail_on,
        "warn" if own.syntax_check == "reject" and language in (Language.C, Language.CPP) else own.syntax_check,
        validation.max_code_bytes,
    )


def check_all(validation: Validation) -> None:
    """Whether every pattern can be used, in whatever language; raises InvalidPattern."""
    for number, pattern in enumerate(validation.blocked_patterns):
        try:
            if pattern.named:
                _known(pattern.named)
            if pattern.pattern:
                Patterns([pattern.pattern])
        except InvalidPattern as error:
            part = "construct" if pattern.named else "pattern"
            error.field = f"spec.validation.blockedPatterns[{number}].{part}"
            raise


@functools.cache
def _known(construct: str) -> str:
    if construct not in CONSTRUCTS:
        raise InvalidPattern(construct, f"no such construct; there are {', '.join(sorted(CONSTRUCTS))}")
    return construct


def _ruling(number: int, pattern: BlockedPattern) -> Ruling:
    what = pattern.pattern or pattern.reference or pattern.named
    return Ruling(
        "pattern",
        f"blocked-pattern-{number}",
        pattern.severity,
        pattern.description or f"The policy forbids {what}.",
        pattern.recommendation or "Leave it out, or use another policy.",
    )


def _scopes(
    patterns: Iterable[tuple[int, BlockedPattern]], rulings: dict[int, Ruling]
) -> Iterator[tuple[str, tuple[Patterns, tuple[Ruling, ...]]]]:
    for scope in ("code", "strings", "comments", "raw"):
        mine = [
            (pattern.pattern, rulings[number])
            for number, pattern in patterns
            if pattern.scope == scope and pattern.pattern
        ]
        if mine:
            yield scope, (Patterns([text for text, _ in mine]), tuple(ruling for _, ruling in mine))
