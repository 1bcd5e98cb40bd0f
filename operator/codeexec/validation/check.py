"""One program against one policy: what a worker process does."""

import functools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.match import Finding, findings
from codeexec.validation.own import names_of
from codeexec.validation.policy import SYNTAX, TOO_COMPLEX, Compiled, compiled
from codeexec.validation.read import read
from codeexec.validation.rules import SEVERITIES

MAX_REPORTED = 50
"""Findings that go into status; how many there were is told besides."""


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it. `findings` are the worst ones first, at most MAX_REPORTED."""

    findings: tuple[Finding, ...]
    count: int
    rejected: bool
    syntax: bool
    """Whether a syntax error alone rejects it."""
    complexity: int
    """Cyclomatic, of all files together."""
    most_complex: tuple[str, int] | None
    """Name of a function, and how complex that one is."""


def policy_bytes(language: Language, validation: Validation, own: LanguageValidation) -> bytes:
    return orjson.dumps({"language": language, "validation": validation.manifest(), "own": own.manifest()})


def request_bytes(sources: Sequence[Source]) -> bytes:
    """Paths and contents, each after its length: content is any bytes, and is not copied into JSON."""
    parts = list[bytes]()
    for source in sources:
        for part in (source.path.encode(), source.content):
            parts += [len(part).to_bytes(4, "big"), part]
    return b"".join(parts)


def handle(policy: bytes, request: bytes) -> bytes:
    """The worker's side."""
    return orjson.dumps(asdict(check(_policy(policy), _sources(request))))


def answer(raw: bytes) -> Checked:
    data: dict[str, Any] = orjson.loads(raw)
    most = data.pop("most_complex")
    found = tuple(Finding(**one) for one in data.pop("findings"))
    return Checked(findings=found, most_complex=tuple(most) if most else None, **data)


def check(policy: Compiled, sources: Sequence[Source]) -> Checked:
    own = names_of(policy.language, [source.path for source in sources])
    found, functions, complexity = list[Finding](), list[tuple[str, int]](), 0
    for source in sources:
        if len(source.content) > policy.max_bytes:
            found.append(_too_large(source, policy))
            continue
        facts = read(policy.language, source.path, source.content)
        found += findings(source.path, facts, policy, own)
        complexity += facts.complexity
        functions += [(function.name, function.complexity) for function in facts.functions]
    rejecting = [finding for finding in found if policy.rejects(finding.severity)]
    worst = sorted(found, key=lambda finding: -SEVERITIES.index(finding.severity))  # stable: by place within
    return Checked(
        findings=tuple(worst[:MAX_REPORTED]),
        count=len(found),
        rejected=bool(rejecting),
        syntax=bool(rejecting) and all(finding.rule == SYNTAX.rule for finding in rejecting),
        complexity=complexity,
        most_complex=max(functions, key=lambda function: function[1], default=None),
    )


def _too_large(source: Source, policy: Compiled) -> Finding:
    size = f"{len(source.content):,} bytes; at most {policy.max_bytes:,} are checked."
    return Finding(TOO_COMPLEX.rule, "critical", source.path, 1, 1, 2, "", size, TOO_COMPLEX.recommendation)


@functools.lru_cache(maxsize=64)
def _policy(raw: bytes) -> Compiled:
    data = orjson.loads(raw)
    return compiled(
        Language(data["language"]),
        Validation.model_validate(data["validation"]),
        LanguageValidation.model_validate(data["own"]),
    )


def _sources(raw: bytes) -> list[Source]:
    parts, at = list[bytes](), 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        parts.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return [Source(path.decode(), content) for path, content in zip(parts[::2], parts[1::2], strict=True)]
