"""Programs and policies that nobody wrote. `HYPOTHESIS_PROFILE=hunt` looks longer, at other ones each time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.models.policy import BlockedPattern, LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import policy_bytes
from codeexec.validation.outcomes import TooComplex
from codeexec.validation.patterns import MAX_HITS, InvalidPattern, Patterns
from codeexec.validation.policy import check_all
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import Settings
from tests.validation.fuzz.mutations import programs

SETTINGS = Settings(
    handler="tests.validation.fuzz.properties:handle",
    import_from=str(Path(__file__).resolve().parents[2]),
    soft_seconds=20.0,
    hard_seconds=60.0,
    start_seconds=120.0,
    cached_answers=0,
)
"""Patient: here a text counts as too complex only if its parse takes all memory."""
POLICIES = (
    (Validation(), LanguageValidation()),
    (
        Validation(
            blocked_patterns=(
                BlockedPattern(pattern=r"(?i)e\s*v", scope="code"),
                BlockedPattern(pattern=r"[^a]", scope="strings"),
                BlockedPattern(pattern=r"$", scope="comments"),
                BlockedPattern(pattern=r"(?s).*", scope="raw"),
                BlockedPattern(reference="a.*"),
                BlockedPattern(construct="too-complex"),
            )
        ),
        LanguageValidation(
            profile="standard", allowed_imports=("a", "b*"), blocked_imports=("a",), syntax_check="warn"
        ),
    ),
)


class Judge:
    """A worker that says what does not hold for a program."""

    def __init__(self, runner: asyncio.Runner, pool: ValidatorPool) -> None:
        self.runner, self.pool = runner, pool

    def violations(self, language: Language, path: str, raw: bytes, policy: int) -> list[str]:
        own = policy_bytes(language, *POLICIES[policy])
        asked = self.pool.check(path.encode() + b"\0" + raw, key=PolicyKey(language, policy), policy=own)
        try:
            found: list[str] = orjson.loads(self.runner.run(asked))
        except TooComplex:
            return []
        return found


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with asyncio.Runner() as runner:
        pool = runner.run(ValidatorPool(1, SETTINGS).__aenter__())
        yield Judge(runner, pool)
        runner.run(pool.__aexit__(None, None, None))


@pytest.mark.parametrize("language", list(Language))
def test_whatever_the_program(language: Language, judge: Judge) -> None:
    @given(programs(language), st.integers(0, len(POLICIES) - 1))
    def holds(program: tuple[str, bytes], policy: int) -> None:
        assert judge.violations(language, *program, policy) == []

    holds()


PIECES = st.sampled_from(
    [
        *(
            "a",
            "e",
            "é",
            "\\",
            "(",
            ")",
            "(?:",
            "(?i)",
            "(?s)",
            "(?P<n>",
            "(?=",
            "(?<!",
            "[",
            "]",
            "[^",
            "-",
            "*",
            "+",
            "?",
        ),
        *(
            "{2}",
            "{1000}",
            "{1,1001}",
            "{,3}",
            "|",
            "^",
            "$",
            ".",
            "\\b",
            "\\B",
            "\\z",
            "\\Z",
            "\\d",
            "\\p{Greek}",
            "\\pN",
        ),
        *(
            "\\C",
            "\\Q",
            "\\E",
            "\\1",
            "\\x{10FFFF}",
            "\\x",
            "[[:alpha:]]",
            "\\s+",
            "(a*)*",
            "(a|a)*",
            ".*",
            "\0",
            "\n",
            "]",
        ),
    ]
)
TEXTS = st.text(st.sampled_from("aeé \n\\)(0Ω\U0001d41e"), max_size=200)


@given(st.lists(PIECES, min_size=1, max_size=40).map("".join), TEXTS)
def test_whatever_the_pattern(pattern: str, text: str) -> None:
    pattern, raw = pattern[:512], text.encode()
    problem = refused(pattern)
    if problem is not None:
        assert -1 <= problem.position < len(pattern)
        assert problem.field == "spec.validation.blockedPatterns[0].pattern"
        return
    hits = list(Patterns([pattern]).hits(raw))
    assert len(hits) <= MAX_HITS
    assert all(0 <= hit.start <= hit.end <= len(raw) for hit in hits)


def refused(pattern: str) -> InvalidPattern | None:
    try:
        check_all(Validation(blocked_patterns=(BlockedPattern(pattern=pattern),)))
    except InvalidPattern as problem:
        return problem
    return None
