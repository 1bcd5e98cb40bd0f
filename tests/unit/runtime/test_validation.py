"""What becomes of the validator's answers, and of there being none. Its handler is called right here."""

from typing import Any, cast

import pytest

from codeexec.domain.checked import Checked
from codeexec.domain.policy import effective
from codeexec.models.policy import SandboxPolicy
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.runtime import validation
from codeexec.runtime.validation import Validator
from codeexec.validation.check import handle
from codeexec.validation.outcomes import Cause, Failed, TooComplex, Unavailable
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from tests.unit.domain.examples import NOW, execution

ROOM = 32_000
EVIL = "import os\nos.system('id')\n"


class Pool:
    """Answers itself, after what it was told to raise first."""

    def __init__(self, *first: Exception) -> None:
        self.first = list(first)
        self.keys: dict[PolicyKey, bytes] = {}
        self.asked = 0

    async def check(self, request: bytes, *, key: PolicyKey, policy: bytes) -> bytes:
        self.asked += 1
        assert self.keys.setdefault(key, policy) == policy, "one key, two policies"
        if self.first:
            raise self.first.pop(0)
        return handle(policy, request)


def validator(pool: Pool) -> Validator:
    return Validator(cast(ValidatorPool, pool), lambda: NOW)


def stated(**spec: Any) -> SandboxPolicy:
    return SandboxPolicy.model_validate(
        {"metadata": {"namespace": "lab", "name": "stated", "uid": "abc", "generation": 3}, "spec": spec}
    )


async def checked(
    pool: Pool | None = None, policy: SandboxPolicy | None = None, room: int = ROOM, **spec: Any
) -> Checked:
    return await validator(pool or Pool()).check(execution(**spec), effective(policy, Language.PYTHON), room)


async def test_what_is_found_is_told_in_full() -> None:
    found = await checked(code=EVIL)
    assert found.at == NOW
    assert found.refusal
    assert found.refusal.reason is Reason.UNSAFE_CODE_PATTERN
    assert found.refusal.message.startswith("main.py:2:1: ")
    assert "One of 2 findings" in found.refusal.message
    first = found.refusal.violations[0]
    assert (first.file, first.line, first.column, first.severity) == ("main.py", 2, 1, "critical")
    assert found.count == len(found.refusal.violations) == 2


async def test_findings_have_no_more_room_than_there_is() -> None:
    whole = await checked(code=EVIL)
    assert whole.refusal
    part = await checked(code=EVIL, room=300)
    assert part.refusal
    assert part.refusal.violations == whole.refusal.violations[:1]
    assert part.count == 2
    none = await checked(code=EVIL, room=0)
    assert none.refusal
    assert not none.refusal.violations
    assert none.refusal.message == whole.refusal.message


async def test_warnings_of_every_program_of_a_batch() -> None:
    policy = stated(validation={"blockedPatterns": [{"pattern": "x", "severity": "info"}]})
    found = await checked(policy=policy, code="x = 1", batch=[{"name": "a"}, {"name": "b", "code": "x = x"}])
    assert found.refusal is None
    assert [one.item for one in found.violations] == ["a", "b", "b"]
    assert found.count == 3


async def test_one_bad_program_of_a_batch_is_enough() -> None:
    found = await checked(code="x = 1", batch=[{"name": "a"}, {"name": "b", "code": "x = ("}])
    assert found.refusal
    assert found.refusal.reason is Reason.SYNTAX_ERROR
    assert [one.item for one in found.refusal.violations] == ["b"]


async def test_a_policy_with_a_bad_pattern() -> None:
    bad = stated(validation={"blockedPatterns": [{"pattern": "("}]})
    found = await checked(policy=bad)
    assert found.refusal
    assert found.refusal.reason is Reason.POLICY_INVALID
    assert "SandboxPolicy stated: spec.validation.blockedPatterns[0].pattern" in found.refusal.message
    problem = await validator(Pool()).problem(bad.spec.validation, "abc", 3)
    assert problem.startswith("spec.validation.blockedPatterns[0].pattern: ")


async def test_a_policy_and_its_runs_do_not_share_a_key() -> None:
    pool, policy = Pool(), stated(languages={"python": {"validation": {"profile": "standard"}}})
    assert await validator(pool).problem(policy.spec.validation, "abc", 3) == ""
    assert (await checked(pool, policy, code="import os")).refusal is None
    assert len(pool.keys) == 2


@pytest.mark.parametrize("cause", Cause)
async def test_code_that_cannot_be_checked_is_refused(cause: Cause) -> None:
    found = await checked(Pool(TooComplex(cause, "so")))
    assert found.refusal
    assert found.refusal.reason is Reason.VALIDATION_TIMEOUT
    (violation,) = found.refusal.violations
    assert (violation.kind, violation.rule, violation.severity) == ("limit", "too-complex", "critical")
    assert "the code cannot be checked" in found.refusal.message


@pytest.mark.parametrize("problem", [Failed("IndexError: no such thing"), ValueError("nonsense")])
async def test_our_own_fault_is_called_that_and_nothing_starts(problem: Exception) -> None:
    found = await checked(Pool(problem))
    assert found.refusal
    assert found.refusal.reason is Reason.VALIDATION_FAILED
    assert "fault of the operator's" in found.refusal.message


async def test_whoever_was_not_looked_at_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "PAUSE_SECONDS", 0)
    pool = Pool(Unavailable("full"), Unavailable("full"))
    assert (await checked(pool)).refusal is None
    assert pool.asked == 3


async def test_where_nothing_can_be_found_nobody_is_asked() -> None:
    off = stated(languages={"python": {"validation": {"profile": "off", "syntaxCheck": "off"}}})
    pool = Pool(Failed("would be"))
    assert (await checked(pool, off, code=EVIL)).refusal is None
    assert pool.asked == 0


async def test_the_entrypoint_is_code_whatever_it_is_called() -> None:
    files = [{"path": "run", "content": EVIL}, {"path": "words.txt", "content": "import os"}]
    found = await checked(code=None, files=files, entrypoint="run")
    assert found.refusal
    assert {one.file for one in found.refusal.violations} == {"run"}
    data = [{"path": "main.py", "content": "print(1)"}, {"path": "words.txt", "content": "import os"}]
    assert (await checked(code=None, files=data)).refusal is None


async def test_the_real_pool_answers_the_same() -> None:
    async with ValidatorPool(1) as pool:
        real = Validator(pool, lambda: NOW)
        for code in (EVIL, "print(1)", "x = ("):
            policy = effective(None, Language.PYTHON)
            assert await real.check(execution(code=code), policy, ROOM) == await checked(code=code)
