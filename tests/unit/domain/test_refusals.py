"""Why a run may not start. A message names the field, the number, and what to do; nothing is refused at its bound."""

from typing import Any

import pytest

from codeexec.domain.policy import EffectivePolicy, Refusal, effective
from codeexec.domain.refusals import refusal
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from tests.unit.domain.examples import ALL_ALLOWED, execution, policy

BUILT_IN = effective(None, Language.PYTHON)
GENEROUS = effective(policy(allows=ALL_ALLOWED), Language.PYTHON)


def refused(policy_: EffectivePolicy = BUILT_IN, **spec: Any) -> Refusal | None:
    return refusal(execution(**spec), policy_)


def under(stated: dict[str, Any], **spec: Any) -> Refusal | None:
    return refused(effective(policy(**stated), Language.PYTHON), **spec)


def says(found: Refusal | None, *words: str, reason: Reason = Reason.INVALID_SPEC) -> None:
    assert found
    assert found.reason is reason
    for word in words:
        assert word in found.message
    assert found.message.endswith(".")


def test_an_ordinary_run_is_not_refused() -> None:
    assert refused() is None
    assert refused(stdin="\0", code="#\0", args=["-x"], batch=[{"name": "a"}, {"name": "b", "code": "1"}]) is None


def test_what_cannot_be_carried_out_is_said_as_it_was_found() -> None:
    says(refused(files=[{"path": "../x", "content": ""}]), "spec.files has the path '../x'", "leads out")
    says(refused(code=None), "spec has nothing to run: give code, or files")


MAX_CODE_BYTES = 102_400
EMOJI = "\N{GRINNING FACE}" * (MAX_CODE_BYTES // 4)


@pytest.mark.parametrize("code", ["x" * MAX_CODE_BYTES, EMOJI], ids=["letters", "emoji"])
def test_code_is_counted_in_bytes(code: str) -> None:
    assert refused(code=code) is None
    too_large = Reason.CODE_TOO_LARGE
    says(refused(code=code + "x"), "spec.code is 102,401 bytes", "allows 102,400", "smaller", reason=too_large)


def test_every_file_is_counted_for_itself() -> None:
    most = [{"path": "main.py", "content": "x" * MAX_CODE_BYTES}, {"path": "b.py", "content": "x" * MAX_CODE_BYTES}]
    assert refused(files=most) is None
    large = {"path": "data", "contentBase64": "AAAA" * 34_134}  # three bytes each
    says(
        refused(files=[*most, large]),
        "spec.files[data] is 102,402 bytes",
        "allows 102,400",
        reason=Reason.CODE_TOO_LARGE,
    )
    says(
        refused(batch=[{"name": "a"}, {"name": "b", "code": EMOJI + "x"}]),
        "spec.batch[b].code is 102,401 bytes",
        reason=Reason.CODE_TOO_LARGE,
    )


@pytest.mark.parametrize(
    ("asked", "stated", "is_refused"),
    [
        (300, {}, False),
        (301, {}, True),
        (10, {"maxTimeoutSeconds": 10}, False),
        (11, {"maxTimeoutSeconds": 10}, True),
        (900, {"timeoutSeconds": 900}, False),
        (901, {"timeoutSeconds": 900}, True),
    ],
)
def test_a_timeout_above_the_ceiling_is_refused(asked: int, stated: dict[str, Any], is_refused: bool) -> None:  # noqa: FBT001
    longest = stated.get("maxTimeoutSeconds") or stated.get("timeoutSeconds") or 300
    for spec, field in (
        ({"timeout_seconds": asked}, "spec.timeoutSeconds"),
        ({"batch": [{"name": "a", "timeoutSeconds": asked}]}, "spec.batch[a].timeoutSeconds"),
    ):
        found = under(stated, **spec)
        if is_refused:
            says(found, f"{field} is {asked}", f"policy tight allows {longest}", "Ask for less", "maxTimeoutSeconds")
        else:
            assert found is None


@pytest.mark.parametrize(
    ("items", "whole", "total"),
    [
        ([{}] * 12, 300, 3600),
        ([{}] * 13, 300, 3900),
        ([{}] * 100, None, 3000),
        ([{"timeoutSeconds": 300}] * 11 + [{}] * 11, None, 3630),
        ([{"timeoutSeconds": 1}] * 100, 300, 100),
    ],
)
def test_a_batch_holds_its_slot_for_an_hour_at_most(items: list[Any], whole: int | None, total: int) -> None:
    batch = [{"name": f"i{number}", **item} for number, item in enumerate(items)]
    found = refused(timeout_seconds=whole, batch=batch)
    if total <= 3600:
        assert found is None
    else:
        says(found, f"spec.batch may take {total} s together", "3600", "make two batches")


ASKED = [
    ("memory", "512Mi", "513Mi"),
    ("memory", "32Mi", "1Gi"),
    ("cpu", "1", "1001m"),
    ("cpu", "1000m", "2"),
    ("cpuTimeSeconds", 30, 31),
    ("processes", 5, 6),
    ("outputBytes", 65_536, 65_537),
    ("maxOutputBytes", 16 << 20, (16 << 20) + 1),
    ("diskBytes", 64 << 20, (64 << 20) + 1),
]


@pytest.mark.parametrize(("field", "most", "more"), ASKED)
def test_a_run_may_ask_for_less_than_the_policy_gives_and_not_for_more(field: str, most: Any, more: Any) -> None:
    assert refused(limits={field: most}) is None
    given = "1" if field == "cpu" else "512Mi" if field == "memory" else str(most)
    says(refused(limits={field: more}), f"spec.limits.{field} is {more}", f"built-in gives {given}", "Ask for less")


@pytest.mark.parametrize(("field", "most", "more"), [row for row in ASKED if row[0] not in ("cpu", "outputBytes")])
def test_an_item_may_ask_for_less_than_the_run_has_and_not_for_more(field: str, most: Any, more: Any) -> None:
    item = {"name": "a", "limits": {field: most}}
    assert refused(batch=[item]) is None
    more_item = {"name": "b", "limits": {field: more}}
    says(refused(batch=[item, more_item]), f"spec.batch[b].limits.{field} is {more}", "the run has", "Ask for less")
    if most != "512Mi":
        return
    says(refused(limits={field: "64Mi"}, batch=[item]), "spec.batch[a].limits.memory is 512Mi; the run has 64Mi")


@pytest.mark.parametrize(
    ("right", "switch"),
    [
        ("network", "allowNetworkAccess"),
        ("filesystem", "allowFileSystemAccess"),
        ("commands", "allowExternalCommands"),
    ],
)
def test_an_access_right_needs_its_switch_and_no_other(right: str, switch: str) -> None:
    access = {right: True}
    assert refused(effective(policy(allows={switch: True}), Language.PYTHON), access=access) is None
    assert refused(access={right: False}) is None
    others = {name: True for name in ALL_ALLOWED if name != switch}
    found = refused(effective(policy(allows=others), Language.PYTHON), access=access)
    says(found, f"spec.access.{right} is true", "policy tight", "Leave it out", f"validation.{switch}: true")


@pytest.mark.parametrize(
    ("glob", "why"), [("/etc/*", "absolute"), ("../*", "leads out"), (".build/*", "compiler"), ("a//*", "plain form")]
)
def test_a_glob_that_cannot_match_is_refused(glob: str, why: str) -> None:
    found = refused(GENEROUS, access={"filesystem": True}, artifacts=["fine/**/*.png", glob])
    says(found, f"spec.artifacts[1] is '{glob}'", why)
    assert refused(GENEROUS, access={"filesystem": True}, artifacts=["fine/**/*.png", "**"]) is None


def test_artifacts_need_the_right_to_write() -> None:
    says(refused(GENEROUS, artifacts=["x"]), "spec.artifacts needs spec.access.filesystem: true")


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({"args": ["fine", "a\0b"]}, "spec.args[1]"),
        ({"env": [{"name": "A", "value": "a\0b"}]}, "spec.env[0]"),
        ({"batch": [{"name": "a", "args": ["\0"]}]}, "spec.batch[a].args[0]"),
    ],
)
def test_what_no_program_can_be_given_is_the_users_fault(spec: dict[str, Any], where: str) -> None:
    says(refused(**spec), where, "NUL")


def test_the_first_rule_that_is_broken_is_told() -> None:
    says(refused(code="x" * 200_000, timeout_seconds=3600), "spec.code", reason=Reason.CODE_TOO_LARGE)
