"""What a policy has to say about the facts of one file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codeexec.models.policy import Severity
from codeexec.models.spec import Language
from codeexec.validation.facts import Facts, Span
from codeexec.validation.own import is_own
from codeexec.validation.policy import NOT_ALLOWED, SYNTAX, TOO_COMPLEX, Compiled, Kind, Ruling
from codeexec.validation.rules import SEVERITIES

MAX_FINDINGS = 200
"""Of one file: the worst ones."""
SNIPPET_CHARS = 80


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    rule: str
    severity: Severity
    file: str
    line: int
    """From 1, as the author's editor counts; so are `column` and `end_column`, in characters, the end exclusive."""
    column: int
    end_column: int
    snippet: str
    description: str
    recommendation: str


def findings(file: str, facts: Facts, policy: Compiled, own: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """In order of place. `own`: names by which the program's own files are imported; they need no leave, but a file
    that is called like a forbidden module does not make that module a good one."""
    found: dict[tuple[int, str], tuple[Ruling, Span]] = {}
    for ruling, at in _all(
        file, facts, policy, own
    ):  # a rule says one thing once at one place: it may know it by many names
        found.setdefault((at.start, ruling.rule), (ruling, at))
    kept = sorted(found)
    if len(kept) > MAX_FINDINGS:  # two hundred harmless ones must not push out the one that rejects
        kept.sort(key=lambda place: -SEVERITIES.index(found[place][0].severity))
        kept = sorted(kept[:MAX_FINDINGS])
    return tuple(finding(file, facts, *found[place]) for place in kept)


def _all(file: str, facts: Facts, policy: Compiled, own: frozenset[str]) -> Iterator[tuple[Ruling, Span]]:
    yield from _imports(file, facts, policy, own)
    known = dict[str, tuple[Ruling, ...]]()
    for name, at in facts.references:
        if name not in known:
            known[name] = tuple(policy.references.of(name))
        for ruling in known[name]:
            yield ruling, at
    for construct in facts.constructs:
        if construct.kind == "too-complex" and policy.asks_for_names:
            yield TOO_COMPLEX, construct.at
        for ruling in policy.constructs.get(construct.kind, ()):
            yield ruling, construct.at
    if policy.syntax != "off":
        severity: Severity = "high" if policy.syntax == "reject" else "info"
        for problem in facts.problems:
            message = problem.message[:1].upper() + problem.message[1:] + "."
            yield replace(SYNTAX, severity=severity, description=message), problem.at
    yield from _patterns(facts, policy)


def _imports(file: str, facts: Facts, policy: Compiled, own: frozenset[str]) -> Iterator[tuple[Ruling, Span]]:
    for imported in facts.imports:
        for names in (policy.imports, policy.blocked):
            for ruling in names.of(imported.name):
                yield ruling, imported.at
            if imported.wildcard:
                for ruling in names.inside(imported.name, only_classes=policy.language is Language.JAVA):
                    yield ruling, imported.at
        if not policy.allowed or any(policy.allowed.of(imported.name)):
            continue
        if not is_own(policy.language, file, imported.name, own):
            yield NOT_ALLOWED, imported.at


def _patterns(facts: Facts, policy: Compiled) -> Iterator[tuple[Ruling, Span]]:
    for scope, (patterns, rulings) in policy.scopes.items():
        for hit in patterns.hits(text_of(scope, facts)):
            yield rulings[hit.pattern], Span(hit.start, hit.end)


def text_of(scope: str, facts: Facts) -> bytes:
    """The file with everything else blanked: places stay what they are."""
    text = facts.normalised.text
    match scope:
        case "raw":
            return text
        case "code":
            return facts.blanked
        case "comments":
            return _only(text, facts.comments)
        case _:
            return _only(text, facts.strings)


def _only(text: bytes, spans: Sequence[Span]) -> bytes:
    result = bytearray(b" " * len(text))
    for span in spans:
        result[span.start : span.end] = text[span.start : span.end]
    return bytes(result)


def finding(file: str, facts: Facts, ruling: Ruling, at: Span) -> Finding:
    line, column = facts.normalised.place(at.start)
    end_line, end_column = facts.normalised.place(at.end)
    text = facts.normalised.text[at.start : min(at.end, at.start + 4 * SNIPPET_CHARS)].decode("utf-8", "replace")
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SNIPPET_CHARS]
    return Finding(
        ruling.kind,
        ruling.rule,
        ruling.severity,
        file,
        line,
        column,
        end_column if end_line == line else column + 1,
        shown,
        ruling.description,
        ruling.recommendation,
    )


def finding_at_start(file: str, ruling: Ruling) -> Finding:
    """About a file as a whole."""
    return Finding(
        ruling.kind, ruling.rule, ruling.severity, file, 1, 1, 2, "", ruling.description, ruling.recommendation
    )
