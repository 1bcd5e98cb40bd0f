"""One program against one policy: what a worker process does."""

import functools
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.program import Program, content_of
from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.validation.match import Finding, finding_at_start, findings
from codeexec.validation.own import is_native, name_of, names_of
from codeexec.validation.patterns import InvalidPattern
from codeexec.validation.policy import REDIRECTING, TOO_LARGE, UNREADABLE, Compiled, check_all, compiled
from codeexec.validation.read import read
from codeexec.validation.redirects import is_code, redirects
from codeexec.validation.rules import SEVERITIES

MAX_REPORTED = 50
"""Findings that go into status; how many there were is told besides."""


class InvalidPolicy(ValueError):  # noqa: N818 the condition of the policy has this name
    """It cannot be used: its message names the field, what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Source:
    path: str
    content: bytes
    code: bool = True
    """False: data, unless the program's code imports or includes it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it. `findings` are the worst ones first, at most MAX_REPORTED."""

    findings: tuple[Finding, ...]
    count: int
    reason: Reason | None
    """Why the program is rejected; None when it may run."""
    complexity: int
    """Cyclomatic, of all files together."""
    most_complex: tuple[str, int] | None
    """Name of a function, and how complex that one is."""


def sources_of(language: Language, program: Program) -> list[Source]:
    suffixes = TOOLCHAINS[language].suffixes
    return [
        Source(file.path, content_of(file), code=file.path == program.entrypoint or file.path.endswith(suffixes))
        for file in program.files
    ]


def policy_bytes(language: Language, validation: Validation, own: LanguageValidation) -> bytes:
    return orjson.dumps({"language": language, "validation": validation.manifest(), "own": own.manifest()})


def request_bytes(sources: Sequence[Source]) -> bytes:
    """Marks, paths and contents, each after its length: content is any bytes, and is not copied into JSON."""
    parts = list[bytes]()
    for source in sources:
        for part in (b"code" if source.code else b"data", source.path.encode(), source.content):
            parts += [len(part).to_bytes(4, "big"), part]
    return b"".join(parts)


def handle(policy: bytes, request: bytes) -> bytes:
    """The worker's side. An empty request asks about the policy only."""
    try:
        ready = _policy(policy)
    except InvalidPattern as error:
        return orjson.dumps({"invalid": f"{error.field}: {error}"})
    return orjson.dumps(asdict(check(ready, _sources(request))))


def answer(raw: bytes) -> Checked:
    """Raises InvalidPolicy."""
    data: dict[str, Any] = orjson.loads(raw)
    if "invalid" in data:
        raise InvalidPolicy(data["invalid"])
    most, reason = data.pop("most_complex"), data.pop("reason")
    found = tuple(Finding(**one) for one in data.pop("findings"))
    return Checked(
        findings=found, reason=Reason(reason) if reason else None, most_complex=tuple(most) if most else None, **data
    )


def check(policy: Compiled, sources: Sequence[Source]) -> Checked:
    own = names_of(policy.language, [source.path for source in sources])
    found, functions, complexity = list[Finding](), list[tuple[str, int]](), 0
    code, data = list[Source](), list[Source]()
    for source in sources:
        (code if source.code or is_code(policy.language, source.path) else data).append(source)
    for source in code:  # grows while it is gone through
        if len(source.content) > policy.max_bytes:
            found.append(_too_large(source, policy))
            continue
        facts = read(policy.language, source.path, source.content)
        found += findings(source.path, facts, policy, own)
        complexity += facts.complexity
        functions += [(function.name, function.complexity) for function in facts.functions]
        used = {imported.name.rpartition("/")[2] for imported in facts.imports}
        code += [other for other in data if name_of(other.path) in used]
        data = [other for other in data if name_of(other.path) not in used]
    found += [finding_at_start(source.path, UNREADABLE) for source in data if is_native(source.path)]
    if policy.asks_for_names:
        redirecting = (one.path for one in sources if redirects(policy.language, one.path, one.content))
        found += [finding_at_start(path, REDIRECTING) for path in redirecting]
    tolerated = "syntax" if policy.syntax == "warn" else None
    rejecting = [finding for finding in found if policy.rejects(finding.severity) and finding.kind != tolerated]
    worst = sorted(found, key=lambda finding: -SEVERITIES.index(finding.severity))  # stable: by place within
    return Checked(
        findings=tuple(worst[:MAX_REPORTED]),
        count=len(found),
        reason=_reason(rejecting),
        complexity=complexity,
        most_complex=max(functions, key=lambda function: function[1], default=None),
    )


def _reason(rejecting: Sequence[Finding]) -> Reason | None:
    kinds = {finding.kind for finding in rejecting}
    if not kinds:
        return None
    if kinds == {"syntax"}:
        return Reason.SYNTAX_ERROR
    return Reason.CODE_TOO_LARGE if "size" in kinds else Reason.UNSAFE_CODE_PATTERN


def _too_large(source: Source, policy: Compiled) -> Finding:
    size = f"The file has {len(source.content):,} bytes; the policy allows {policy.max_bytes:,}."
    return finding_at_start(source.path, replace(TOO_LARGE, description=size))


@functools.lru_cache(maxsize=64)
def _policy(raw: bytes) -> Compiled:
    data = orjson.loads(raw)
    validation = Validation.model_validate(data["validation"])
    check_all(validation)
    return compiled(Language(data["language"]), validation, LanguageValidation.model_validate(data["own"]))


def _sources(raw: bytes) -> list[Source]:
    parts, at = list[bytes](), 0
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        parts.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return [
        Source(path.decode(), content, code=mark == b"code")
        for mark, path, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
