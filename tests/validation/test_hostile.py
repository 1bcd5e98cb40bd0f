"""Programs and policies made to stall, swell or crash the check, through a pool as the operator has it.

Nothing here looks at a clock, which a busy machine would move: the pool's own limits bound every answer, and these
tests see that they do their work. How long it takes is for `python -m bench.validation`.
"""

import asyncio
import contextlib
import gc
import resource
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from codeexec.models.policy import BlockedPattern, LanguageValidation, Validation
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.validation.check import Checked, Source, answer, policy_bytes, request_bytes
from codeexec.validation.outcomes import Cause, TooComplex
from codeexec.validation.patterns import InvalidPattern
from codeexec.validation.policy import check_all
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import MIB, Settings
from tests.validation.corpus.hostile import LIMIT, hostile

EVERY = 3
"""Of all hostile inputs: over forty a language. The bench takes them all."""
WORST = frozenset(
    {
        "arrow-12k",
        "generic-16k",
        "generic",
        "operator-run",
        "nest-macro-calls-open",
        "nest-casts-open",
        "unterminated-0",
    }
)
PATIENCE = 120.0
"""Seconds for an ordinary program to get its answer on a machine that is busy with something else."""
PLAIN = {
    Language.GO: 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(1) }\n',
    Language.PYTHON: "import math\nprint(math.pi)\n",
    Language.JAVASCRIPT: 'import { sep } from "path";\nconsole.log(sep);\n',
    Language.TYPESCRIPT: "const one: number = 1;\nconsole.log(one);\n",
    Language.RUST: "use std::collections::HashMap;\n\nfn main() { let _m: HashMap<u8, u8> = HashMap::new(); }\n",
    Language.JAVA: "import java.util.List;\n\nclass Main { public static void main(String[] a) { List.of(1); } }\n",
    Language.CPP: "#include <vector>\n\nint main() { std::vector<int> one{1}; return one[0]; }\n",
    Language.C: "#include <stdio.h>\n\nint main(void) { return 0; }\n",
}


def chosen(language: Language) -> list[tuple[str, bytes]]:
    return [(name, raw) for number, (name, raw) in enumerate(hostile(language)) if number % EVERY == 0 or name in WORST]


class Operator:
    """One that asks for checks and nothing else."""

    def __init__(self, pool: ValidatorPool) -> None:
        self.pool = pool
        self.generation = 0
        self.ordinary = 0

    async def ask(
        self, language: Language, raw: bytes, validation: Validation, own: LanguageValidation, path: str = "a"
    ) -> Checked | TooComplex:
        policy = policy_bytes(language, validation, own)
        key = PolicyKey(f"{language}-{hash(policy)}", 1)
        try:
            return answer(await self.pool.check(request_bytes([Source(path, raw)]), key=key, policy=policy))
        except TooComplex as outcome:
            return outcome

    async def next_is_unharmed(self, language: Language) -> None:
        """An ordinary program passes. It is asked again if a busy machine made it wait for longer than the limit."""
        end = time.monotonic() + PATIENCE
        while True:
            self.ordinary += 1
            raw = f"{PLAIN[language]}{'#' if language is Language.PYTHON else '//'} {self.ordinary}\n".encode()
            told = await self.ask(language, raw, Validation(), LanguageValidation())
            if isinstance(told, Checked):
                assert (told.reason, told.findings) == (None, ())
                return
            assert told.cause is Cause.TIME
            assert time.monotonic() < end


@pytest.fixture
async def operator() -> AsyncIterator[Operator]:
    """With the limits of the real one."""
    async with ValidatorPool(2, Settings(wait_seconds=PATIENCE, start_seconds=PATIENCE, cached_answers=0)) as pool:
        made = Operator(pool)
        await made.next_is_unharmed(Language.PYTHON)
        yield made
        assert pool.figures.failed == 0
        assert pool.figures.unavailable == 0
        assert pool.figures.workers_unready == 0
        assert pool.waiting == 0


def resident() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("language", list(Language))
def test_there_are_enough_of_them(language: Language) -> None:
    inputs = chosen(language)
    assert len(inputs) >= 40
    assert all(len(raw) <= LIMIT for _, raw in inputs)


@pytest.mark.parametrize("language", list(Language))
async def test_every_hostile_program_is_answered(language: Language, operator: Operator) -> None:
    """Accepted, rejected or too complex, never anything else; and the next program does not notice."""
    await operator.next_is_unharmed(language)
    before = resident()
    for name, raw in chosen(language):
        path = "a.tsx" if language is Language.TYPESCRIPT and len(name) % 2 else "a"
        told = await operator.ask(language, raw, Validation(), LanguageValidation(), path)
        if isinstance(told, TooComplex):
            assert told.cause in (Cause.TIME, Cause.MEMORY, Cause.CRASH, Cause.DEPTH), name
        elif told.reason is not None:
            assert told.count > 0, name
            assert told.findings, name
        await operator.next_is_unharmed(language)
    assert resident() - before < 30 * MIB


@pytest.mark.parametrize(
    ("language", "raw"), [(Language.C, b"a=>" * 4_000), (Language.JAVA, b"A<" * 8_000)], ids=["c", "java"]
)
async def test_a_worker_that_was_killed_is_replaced(language: Language, raw: bytes) -> None:
    """tree-sitter asks nobody while it spends gigabytes on these: memory or time end the worker."""
    async with ValidatorPool(1, Settings(wait_seconds=PATIENCE, start_seconds=PATIENCE, cached_answers=0)) as pool:
        operator = Operator(pool)
        await operator.next_is_unharmed(language)
        assert pool.figures.workers_started == 1
        told = await operator.ask(language, raw, Validation(), LanguageValidation())
        assert isinstance(told, TooComplex)
        await operator.next_is_unharmed(language)
        assert pool.figures.workers_started >= 2


@pytest.mark.parametrize(
    ("language", "raw"), [(Language.PYTHON, b") a = = 1 ( ;\n" * 7_000), (Language.GO, b"+-*/%=<>!&|^~?:.," * 1_600)]
)
async def test_what_the_parser_can_be_asked_to_leave_costs_no_worker(language: Language, raw: bytes) -> None:
    """The soft limit; the hard one is out of reach here, however busy the machine is."""
    settings = Settings(soft_seconds=0.1, hard_seconds=PATIENCE, wait_seconds=PATIENCE, start_seconds=PATIENCE)
    async with ValidatorPool(1, settings) as pool:
        operator = Operator(pool)
        told = await operator.ask(language, raw, Validation(), LanguageValidation())
        assert isinstance(told, TooComplex)
        assert told.cause is Cause.TIME
        assert pool.figures.workers_started == 1


BACKTRACKING = (
    "(a*)*b",
    "(a|aa)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    r"\s+$",
    r"(?s)a.*b|a",
    r"(.*)*x",
    r"(?:a?){200}a{200}",
)
TEXTS = (b"a" * LIMIT, b" " * LIMIT, b"ab" * (LIMIT // 2), b"aB" * (LIMIT // 2), b"a\n" * (LIMIT // 2))


@pytest.mark.parametrize("scope", ["code", "raw"])
async def test_patterns_that_backtrack_elsewhere(scope: str, operator: Operator) -> None:
    for pattern in BACKTRACKING:
        validation = Validation(blocked_patterns=(BlockedPattern(pattern=pattern, scope=scope),))
        for raw in TEXTS:
            told = await operator.ask(Language.PYTHON, raw, validation, LanguageValidation(profile="off"))
            assert isinstance(told, Checked | TooComplex)
        await operator.next_is_unharmed(Language.PYTHON)


def largest(unit: str) -> str:
    """The longest pattern of this kind that RE2 takes within our limits, for whatever number."""
    taken = ""
    for times in range(1, 1_000):
        pattern = f"%d|{unit}{{{times}}}x"
        try:
            check_all(Validation(blocked_patterns=(BlockedPattern(pattern=pattern % 10),)))
        except InvalidPattern:
            break
        taken = pattern
    assert taken
    return taken


@pytest.mark.parametrize("unit", ["[a-z]", r"\p{Greek}", "(?:a|b?c)", r"(?:.?\w)"])
async def test_as_many_and_as_large_patterns_as_a_policy_takes(unit: str, operator: Operator) -> None:
    like = largest(unit)
    validation = Validation(
        blocked_patterns=tuple(BlockedPattern(pattern=like % number, scope="raw") for number in range(64))
    )
    for raw in (*TEXTS, "é".encode() * (LIMIT // 2)):
        told = await operator.ask(Language.PYTHON, raw, validation, LanguageValidation(profile="off"))
        assert isinstance(told, Checked | TooComplex)
    await operator.next_is_unharmed(Language.PYTHON)


BOMBS = (
    "((a{100}){100}){100}",
    r"(?:(?:\pL{1,50}){1,20}){1,20}",
    "a{1000}{1000}",
    r"(?i)(?:\pL\pN){400}",
    "(" * 250 + ")" * 250,
    "|".join("abcdefgh"[: 1 + n % 8] + str(n) for n in range(90)) + "{500}",
    r"[^\x00-\x{10FFFF}]" * 25,
    "x" * 511 + "*",
    "(?:" * 120 + "a?" + "){9}" * 55,
)


@pytest.mark.parametrize("pattern", BOMBS)
def test_patterns_that_grow_are_refused_or_small(pattern: str) -> None:
    """In the operator's process, where a policy is looked at: no memory to speak of, whatever it says."""
    before = resident()
    with contextlib.suppress(InvalidPattern):
        check_all(Validation(blocked_patterns=(BlockedPattern(pattern=pattern[:512]),)))
    assert resident() - before < 30 * MIB


async def test_the_longest_lists_of_imports(operator: Operator) -> None:
    own = LanguageValidation(
        profile="strict",
        allowed_imports=names("allowed", 500),
        blocked_imports=names("blocked", 500),
    )
    raw = b"".join(b"from blocked%d%s import *\n" % (n % 600, b".b" * (n % 60)) for n in range(1_900))[:LIMIT]
    told = await operator.ask(Language.PYTHON, raw, Validation(), own)
    assert isinstance(told, Checked)
    assert told.reason is Reason.UNSAFE_CODE_PATTERN
    await operator.next_is_unharmed(Language.PYTHON)


def names(word: str, count: int) -> Sequence[str]:
    return tuple(f"{word}{n}{'.b' * (n % 50)}{'*' if n % 3 else '.*'}" for n in range(count))


async def test_many_at_once(operator: Operator) -> None:
    """More hostile programs than workers, and ordinary ones among them: each gets its own answer."""
    worst = [raw for name, raw in hostile(Language.C) if name in WORST][:4]
    asked = [operator.ask(Language.C, raw, Validation(), LanguageValidation()) for raw in worst]
    ordinary = [operator.next_is_unharmed(language) for language in Language]
    await asyncio.gather(*asked, *ordinary)
