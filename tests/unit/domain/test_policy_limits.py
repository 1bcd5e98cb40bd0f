"""What a policy comes to, and what it refuses."""

import pytest

from codeexec.domain.policy import (
    BUILT_IN,
    MAX_CODE_BYTES,
    Defaults,
    effective,
    effective_limits,
    refusal,
)
from codeexec.models.execution import Language
from codeexec.models.reasons import Reason
from tests.unit.domain.examples import execution, policy

BUILT_IN_POLICY = effective(None, Language.PYTHON)


def test_without_a_policy_the_guides_table_applies() -> None:
    assert BUILT_IN_POLICY.applied == BUILT_IN
    assert BUILT_IN_POLICY.limits == Defaults("512Mi", "1", 30, 300, 65_536)
    assert BUILT_IN_POLICY.ttl_seconds == 0


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, Defaults("512Mi", "1", 30, 300, 65_536)),
        ({"memory": "64Mi", "cpu": "500m"}, Defaults("64Mi", "500m", 30, 300, 65_536)),
        ({"outputBytes": 1024}, Defaults("512Mi", "1", 30, 300, 1024)),
        ({"timeoutSeconds": 5}, Defaults("512Mi", "1", 5, 300, 65_536)),
        # A default above the built-in ceiling lifts the ceiling; a ceiling below the built-in default lowers that.
        ({"timeoutSeconds": 900}, Defaults("512Mi", "1", 900, 900, 65_536)),
        ({"maxTimeoutSeconds": 10}, Defaults("512Mi", "1", 10, 10, 65_536)),
        ({"timeoutSeconds": 5, "maxTimeoutSeconds": 10}, Defaults("512Mi", "1", 5, 10, 65_536)),
    ],
)
def test_a_policy_states_only_what_differs(stated: dict[str, object], expected: Defaults) -> None:
    made = effective(policy(**stated), Language.PYTHON)
    assert made.limits == expected
    assert (made.applied.name, made.applied.generation, made.ttl_seconds) == ("tight", 4, 60)


def test_a_run_gets_the_timeout_it_asks_for() -> None:
    assert effective_limits(execution(), BUILT_IN_POLICY).timeout_seconds == 30
    assert effective_limits(execution(timeout_seconds=7), BUILT_IN_POLICY).timeout_seconds == 7


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("x" * MAX_CODE_BYTES, 102_400),
        ("\N{GRINNING FACE}" * (MAX_CODE_BYTES // 4), 102_400),
    ],
    ids=["letters", "emoji"],
)
def test_code_is_counted_in_bytes(code: str, size: int) -> None:
    assert len(code.encode()) == size == MAX_CODE_BYTES
    assert refusal(execution(code=code), BUILT_IN_POLICY) is None
    refused = refusal(execution(code=code + "x"), BUILT_IN_POLICY)
    assert refused
    assert refused.reason is Reason.CODE_TOO_LARGE
    assert "102,401 bytes" in refused.message


@pytest.mark.parametrize(
    ("asked", "stated", "is_refused"),
    [
        (300, {}, False),
        (301, {}, True),
        (10, {"maxTimeoutSeconds": 10}, False),
        (11, {"maxTimeoutSeconds": 10}, True),
        (900, {"timeoutSeconds": 900}, False),
    ],
)
def test_a_timeout_above_the_ceiling_is_refused(asked: int, stated: dict[str, object], is_refused: bool) -> None:  # noqa: FBT001
    refused = refusal(execution(timeout_seconds=asked), effective(policy(**stated), Language.PYTHON))
    assert (refused is not None) == is_refused
    if refused:
        assert refused.reason is Reason.INVALID_SPEC
        assert f"timeoutSeconds is {asked}" in refused.message
        assert "policy tight" in refused.message


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"args": ["fine", "a\0b"]}, "spec.args[1]"),
        ({"env": [{"name": "A", "value": "a\0b"}]}, "spec.env[0]"),
    ],
)
def test_what_no_program_can_be_given_is_the_users_fault(spec: dict[str, object], where: str) -> None:
    refused = refusal(execution(**spec), BUILT_IN_POLICY)
    assert refused
    assert refused.reason is Reason.INVALID_SPEC
    assert where in refused.message


def test_nul_in_code_and_stdin_is_allowed() -> None:
    assert refusal(execution(code="#\0", stdin="\0"), BUILT_IN_POLICY) is None
