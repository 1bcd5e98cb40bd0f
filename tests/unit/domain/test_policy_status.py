"""What a policy's status says, as kstatus and `kubectl wait` read it, and that it is written once."""

from typing import Any

from codeexec.domain.policy_status import INVALID_PATTERN, verified
from codeexec.models.policy import PolicyMetadata, PolicyStatus
from tests.unit.domain.examples import NOW, later
from tests.unit.models.structural import problems, schema

META = PolicyMetadata(namespace="lab", name="default", uid="u", generation=2, resource_version="9")
SCHEMA = schema("sandboxpolicies")["properties"]["status"]
NEW = PolicyStatus()


def after(patch: dict[str, Any] | None) -> PolicyStatus:
    assert patch
    assert problems(SCHEMA, patch["status"]) == []
    assert patch["metadata"] == {"resourceVersion": "9", "uid": "u"}
    return PolicyStatus.model_validate(patch["status"])


def says(status: PolicyStatus) -> dict[str, tuple[str, str]]:
    return {condition.type: (condition.status, condition.reason) for condition in status.conditions}


def test_one_that_can_be_used() -> None:
    found = after(verified(META, NEW, "", "", NOW))
    assert says(found) == {"Ready": ("True", "Usable"), "Stalled": ("False", "Usable")}
    assert {condition.observed_generation for condition in found.conditions} == {found.observed_generation} == {2}


def test_one_that_cannot_is_failed_for_kstatus_and_says_why() -> None:
    found = after(verified(META, NEW, INVALID_PATTERN, "spec: missing )", NOW))
    assert says(found) == {"Ready": ("False", INVALID_PATTERN), "Stalled": ("True", INVALID_PATTERN)}
    assert {condition.message for condition in found.conditions} == {"spec: missing )"}


def test_the_same_is_not_written_twice() -> None:
    found = after(verified(META, NEW, INVALID_PATTERN, "why", NOW))
    assert verified(META, found, INVALID_PATTERN, "why", later(60)) is None
    assert verified(META, found, INVALID_PATTERN, "why else", later(60))


def test_a_condition_keeps_its_time_until_its_status_changes() -> None:
    bad = after(verified(META, NEW, INVALID_PATTERN, "why", NOW))
    newer = META.but(generation=3)
    still = after(verified(newer, bad, INVALID_PATTERN, "why", later(60)))
    assert [one.last_transition_time for one in still.conditions] == [
        one.last_transition_time for one in bad.conditions
    ]
    good = after(verified(newer, still, "", "", later(90)))
    assert all(one.last_transition_time > NOW for one in good.conditions)
