"""What holds for whatever text: looked at inside a worker (`handle`), because a parse may take all memory there is."""

import itertools
import random
import re
from collections.abc import Iterator, Sequence

import orjson

from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, answer, check, request_bytes
from codeexec.validation.check import handle as checked
from codeexec.validation.facts import Facts, Span
from codeexec.validation.match import Finding, findings
from codeexec.validation.normalise import Normalised
from codeexec.validation.policy import Compiled, compiled
from codeexec.validation.read import read

COMMENTS = {"python": b"# more"}
_JOINTS = re.compile(rb"(?<=[A-Za-z_)\]])(?=[.(\[]|::)|(?<=[.(\[])(?=[A-Za-z_])|(?<=::)(?=[A-Za-z_])")
"""Between a name and a dot, a bracket or `::`."""
_LINES = re.compile(r"\r\n|\r|\n")


def handle(policy: bytes, request: bytes) -> bytes:
    """What does not hold, as a JSON list of sentences."""
    data = orjson.loads(policy)
    language = Language(data["language"])
    ready = compiled(
        language, Validation.model_validate(data["validation"]), LanguageValidation.model_validate(data["own"])
    )
    path, _, raw = request.partition(b"\0")
    return orjson.dumps(
        [*violations(language, path.decode(), raw, ready), *_round_trip(path.decode(), raw, policy, ready)]
    )


def violations(language: Language, path: str, raw: bytes, policy: Compiled) -> Iterator[str]:
    facts = read(language, path, raw)
    if _plain(facts) != _plain(read(language, path, raw)):
        yield "a second reading has other facts"
    yield from _spans(facts)
    yield from _places(facts.normalised)
    found = findings(path, facts, policy)
    yield from _shown(found, raw)
    if not facts.problems and facts.normalised.text == raw:
        before = {finding.rule for finding in found}
        changed = (
            *_commented(language, facts, raw),
            ("wider blanks", _widened(facts, raw)),
            _parted(language, facts, raw),
        )
        for what, text in changed:
            other = read(language, path, text)
            if other.problems:
                continue
            gone = before - {finding.rule for finding in findings(path, other, policy)}
            if gone and len(found) < 200:
                yield f"{what}: no longer found: {sorted(gone)} in {text!r}"


def _plain(facts: Facts) -> tuple[object, ...]:
    return (
        *(facts.imports, facts.references, facts.constructs, facts.problems, facts.functions),
        *(facts.comments, facts.strings, facts.complexity, facts.blanked, facts.normalised.text),
    )


def _spans(facts: Facts) -> Iterator[str]:
    size = len(facts.normalised.text)
    named = itertools.chain(facts.imports, facts.references, facts.constructs, facts.problems, facts.functions)
    for each in named:
        if not 0 <= each.at.start <= each.at.end <= size:
            yield f"beyond the text of {size} bytes: {each}"
    for span in (*facts.comments, *facts.strings):
        if not 0 <= span.start <= span.end <= size:
            yield f"beyond the text of {size} bytes: {span}"
    if len(facts.blanked) != size:
        yield f"blanking made {len(facts.blanked)} bytes of {size}"
    elif [at for at, byte in enumerate(facts.blanked) if byte == 10] != [
        at for at, byte in enumerate(facts.normalised.text) if byte == 10
    ]:
        yield "blanking moved line ends"


def _places(normalised: Normalised) -> Iterator[str]:
    places = [normalised.place(offset) for offset in range(0, len(normalised.text) + 1, 7)]
    if places != sorted(places):
        yield "places go back"


def _shown(found: Sequence[Finding], raw: bytes) -> Iterator[str]:
    lines = _LINES.split(raw.decode("utf-8", "replace").removeprefix("\ufeff"))
    for finding in found:
        if not 1 <= finding.line <= len(lines):
            yield f"line {finding.line} of {len(lines)}: {finding}"
        elif not 1 <= finding.column <= len(lines[finding.line - 1]) + 1:
            yield f"column {finding.column} of {len(lines[finding.line - 1])}: {finding}"
        elif not finding.column <= finding.end_column <= len(lines[finding.line - 1]) + 2:
            yield f"end column {finding.end_column} of {len(lines[finding.line - 1])}: {finding}"
        if len(finding.snippet) > 80 or not finding.snippet.isprintable():
            yield f"snippet: {finding}"
    places = [(finding.line, finding.column) for finding in found]
    if places != sorted(places):
        yield f"not in order of place: {places}"


def _round_trip(path: str, raw: bytes, policy: bytes, ready: Compiled) -> Iterator[str]:
    sources = [Source(path, raw), Source("lib/data.bin", raw[:100], code=False)]
    told = answer(checked(policy, request_bytes(sources)))
    if told != check(ready, sources):
        yield "the answer changes on its way"
    if told.reason is not None and not told.count:
        yield f"{told.reason} without a finding"


def _commented(language: Language, facts: Facts, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """A line more, of nothing or of a comment, where that is one: not in a literal, nor where a line is joined."""
    dice = random.Random(raw)  # noqa: S311
    starts = [at + 1 for at, byte in enumerate(raw) if byte == 10 and raw[at - 1 : at] != b"\\"]
    inside = (*facts.comments, *facts.strings)
    if b"coding" in raw:
        starts = starts[2:]  # to CPython a cookie is one in the first two lines only
    free = [at for at in starts if not _within(at, inside)]
    for line in (b"\n", COMMENTS.get(language, b"// more") + b"\n"):
        for at in dice.sample(free, min(2, len(free))):
            yield f"{line!r} at {at}", raw[:at] + line + raw[at:]


def _within(at: int, spans: Sequence[Span]) -> bool:
    return any(span.start < at < span.end for span in spans)


def _widened(facts: Facts, raw: bytes) -> bytes:
    """Every blank between tokens of a line doubled; indentation is left alone."""
    out, done = list[bytes](), 0
    for match in re.finditer(rb"(?<=[^\s\\]) (?=[^\s\\])", raw):
        if (
            not _within(match.start(), (*facts.comments, *facts.strings))
            and raw[match.start()] == facts.blanked[match.start()]
        ):
            out.append(raw[done : match.start()] + b"  ")
            done = match.end()
    return b"".join((*out, raw[done:]))


def _parted(language: Language, facts: Facts, raw: bytes) -> tuple[str, bytes]:
    """Something between a name and what follows or precedes it, which to a compiler is nothing."""
    dice = random.Random(raw)  # noqa: S311
    gaps = [
        match.start()
        for match in _JOINTS.finditer(facts.blanked)
        if not _within(match.start(), (*facts.comments, *facts.strings)) and not _in_directive(raw, match.start())
    ]
    between = b" " if language is Language.PYTHON else dice.choice((b" ", b"/* . */", b"/**/ "))
    out, done = list[bytes](), 0
    for at in sorted(dice.sample(gaps, min(len(gaps), 1 + dice.randrange(8)))):
        out.append(raw[done:at] + between)
        done = at
    return f"{between!r} in names", b"".join((*out, raw[done:]))


def _in_directive(raw: bytes, at: int) -> bool:
    return raw[raw.rfind(b"\n", 0, at) + 1 : at].lstrip().startswith(b"#")
