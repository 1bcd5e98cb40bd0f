"""What is written into status, read the way kstatus, `kubectl wait` and etcd read it."""

import json
from datetime import datetime
from typing import Any

import orjson
import pytest

from codeexec.domain import status
from codeexec.domain.output import STATUS_BUDGET
from codeexec.domain.record import KEEP_BYTES, Captured
from codeexec.domain.verdict import Verdict, judge, not_started
from codeexec.models.execution import CodeExecution, ExecutionStatus
from codeexec.models.reasons import Reason
from tests.unit.domain.examples import BUILT_IN, LIMITS, NOW, execution, later, meta, record, result, sandbox

NEW = ExecutionStatus()


def kstatus(generation: int, patch: dict[str, Any]) -> str:
    """The rules of sigs.k8s.io/cli-utils/pkg/kstatus for a custom resource."""
    found = patch["status"]
    conditions = {condition["type"]: condition for condition in found.get("conditions", ())}
    observed = {generation, found.get("observedGeneration", generation)}
    if len(observed) > 1:
        return "InProgress"
    if conditions.get("Reconciling", {}).get("status") == "True":
        return "InProgress"
    if conditions.get("Stalled", {}).get("status") == "True":
        return "Failed"
    if "Ready" in conditions:
        return "Current" if conditions["Ready"]["status"] == "True" else "InProgress"
    return "Current"


def after(patch: dict[str, Any], before: ExecutionStatus = NEW) -> ExecutionStatus:
    """The status as it is read back."""
    return ExecutionStatus.model_validate(before.manifest() | patch["status"])


def queued(before: ExecutionStatus = NEW) -> dict[str, Any]:
    return status.queued(meta(), before, NOW, later(1))


def claimed(before: ExecutionStatus = NEW) -> dict[str, Any]:
    return status.claimed(meta(), before, sandbox(), LIMITS, BUILT_IN, NOW, later(2))


def finished(verdict: Verdict, before: ExecutionStatus = NEW, **stages: datetime) -> dict[str, Any]:
    return status.finished(meta(), before, verdict, node="node-1", stages=stages, accepted=NOW, now=later(60))


SUCCESS = judge(result(), record(), LIMITS)
FAILURE = judge(result(exitCode=3), record(), LIMITS)
REFUSED = not_started(Reason.UNSCHEDULABLE, "0/3 nodes")


def test_a_new_object_is_in_progress() -> None:
    """The CRD's default is all there is before the operator's first write."""
    assert kstatus(1, {"status": {"observedGeneration": -1, "phase": "Pending"}}) == "InProgress"


@pytest.mark.parametrize(
    ("patch", "expected", "succeeded", "phase"),
    [
        (queued(), "InProgress", "Unknown", "Queued"),
        (claimed(), "InProgress", "Unknown", "Running"),
        (finished(SUCCESS), "Current", "True", "Succeeded"),
        (finished(FAILURE), "Failed", "False", "Failed"),
        (finished(REFUSED), "Failed", "False", "Failed"),
    ],
)
def test_every_stage_is_told_to_kstatus(patch: dict[str, Any], expected: str, succeeded: str, phase: str) -> None:
    assert kstatus(1, patch) == expected
    found = after(patch)
    assert [condition.type for condition in found.conditions] == ["Ready", "Reconciling", "Stalled", "Succeeded"]
    assert found.condition("Succeeded").status == succeeded
    assert found.phase == phase
    assert found.finished == (succeeded != "Unknown")
    assert all(condition.reason == found.reason for condition in found.conditions)
    assert found.observed_generation == 1


def test_a_change_after_the_end_is_acknowledged_and_changes_nothing_else() -> None:
    done = after(finished(FAILURE))
    patch = {"status": done.manifest()}
    assert kstatus(2, patch) == "InProgress"
    acknowledged = status.acknowledged(meta(generation=2), done)
    assert kstatus(2, acknowledged) == "Failed"
    changed = after(acknowledged, done)
    assert changed.but(observed_generation=1, conditions=()) == done.but(conditions=())
    assert [c.but(observed_generation=1) for c in changed.conditions] == list(done.conditions)


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    first = after(queued())
    second = after(claimed(first), first)
    third = after(finished(SUCCESS, second), second)
    for kind, times in {
        "Ready": [later(1), later(1), later(60)],
        "Reconciling": [later(1), later(1), later(60)],
        "Stalled": [later(1), later(1), later(1)],
        "Succeeded": [later(1), later(1), later(60)],
    }.items():
        found = [one.condition(kind).last_transition_time for one in (first, second, third)]
        assert found == [time.replace(microsecond=0) for time in times], kind


def test_a_patch_holds_only_against_the_object_it_was_computed_from() -> None:
    for patch in (queued(), claimed(), finished(SUCCESS), status.acknowledged(meta(), NEW)):
        assert patch["metadata"] == {"resourceVersion": "7", "uid": meta().uid}


def test_the_timeline_is_in_order() -> None:
    first = after(queued())
    second = after(claimed(first), first)
    patch = finished(SUCCESS, second, ready=later(3), delivered=later(4))
    timeline = patch["status"]["timeline"]
    assert list(timeline) == [
        "accepted",
        "queued",
        "claimed",
        "ready",
        "delivered",
        "started",
        "finished",
        "reported",
    ]
    times = {name: datetime.fromisoformat(value) for name, value in timeline.items()}
    assert times["started"] == SUCCESS.started
    ours = [times[name] for name in ("accepted", "queued", "claimed", "ready", "delivered", "reported")]
    assert ours == sorted(ours)


def test_a_success_in_full() -> None:
    found = finished(SUCCESS, after(claimed()))["status"]
    assert (found["success"], found["exitCode"], found["output"], found["stderr"]) == (True, 0, "hello\n", "")
    assert "error" not in found
    assert "truncated" not in found
    assert found["runtime"] == {"image": "python:test", "node": "node-1"}
    assert found["sandbox"]["attempt"] == 0


def test_a_failure_says_why_in_words_and_in_code() -> None:
    found = finished(FAILURE)["status"]
    assert found["error"] == {"code": "NON_ZERO_EXIT", "message": "the program ended with exit code 3"}
    assert (found["success"], found["exitCode"]) == (False, 3)


def test_what_never_ran_has_no_output() -> None:
    found = finished(REFUSED)["status"]
    assert not {"output", "stderr", "exitCode", "metrics"} & set(found)


def test_cut_output_is_counted() -> None:
    short = record(stdout=Captured(((0, b"head"), (96, b"tail"))))
    found = finished(judge(result(stdoutBytes=100), short, LIMITS))["status"]
    assert found["truncated"] == {"stdout": True, "stderr": False, "stdoutBytes": 92, "stderrBytes": 0}


def test_a_verdict_that_is_refused_is_written_without_its_output_and_nothing_else_is_given_up() -> None:
    before = finished(FAILURE)
    found = status.without_output(before, "too large " * 1000)
    assert (found["status"]["output"], found["status"]["stderr"]) == (None, None)
    assert found["status"]["error"]["code"] == "OUTPUT_NOT_STORED"
    assert len(found["status"]["error"]["message"]) <= 4096
    lost = {"output", "stderr", "error"}
    assert {k: v for k, v in found["status"].items() if k not in lost} == {
        k: v for k, v in before["status"].items() if k not in lost
    }
    assert found["metadata"] == before["metadata"]


@pytest.mark.parametrize("byte", [b"<", b"\0", b"x", b"\xff", b"\n"])
def test_the_worst_object_fits_into_etcd(byte: bytes) -> None:
    """etcd takes requests of 1.5 MiB. Code of characters that JSON stores in six bytes each, and output too."""
    worst = Verdict(
        reason=Reason.NON_ZERO_EXIT,
        message="<" * 100_000,
        exit_code=255,
        stdout=Captured(((0, byte * KEEP_BYTES),)),
        stderr=Captured(((0, byte * KEEP_BYTES),)),
        stdout_bytes=2**53,
        stderr_bytes=2**53,
        metrics=judge(result(), record(), LIMITS).metrics,
        started=NOW,
        finished=later(1),
    )
    found = finished(worst, after(claimed()))
    ExecutionStatus.model_validate(found["status"])
    orjson.dumps(found)
    spec = execution(code="<" * 102_400).spec.manifest()
    stored = json.dumps({"spec": spec, "status": found["status"]}, ensure_ascii=False)
    size = len(stored.encode()) + 5 * sum(stored.count(character) for character in "<>&")
    assert size < 1.5 * 2**20
    assert size < 102_400 * 6 + STATUS_BUDGET + 100_000


def test_whatever_is_written_can_be_read() -> None:
    for verdict in (SUCCESS, FAILURE, REFUSED):
        found = after(finished(verdict))
        CodeExecution(metadata=meta(), spec=execution().spec, status=found)
        assert found.finished
