"""What is written into status, read the way kstatus, `kubectl wait` and etcd read it."""

from datetime import datetime
from typing import Any

import pytest

from codeexec.domain import status
from codeexec.domain.checked import Checked
from codeexec.domain.policy import Refusal
from codeexec.domain.record import Captured, Step
from codeexec.domain.verdict import Verdict, judge, not_started, rejected
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import Reason
from codeexec.models.status import Artifact, ConfigMapKey, ExecutionStatus, Violation
from tests.unit.domain.examples import (
    BUILT_IN,
    COMPILED,
    LIMITS,
    NOW,
    compiled,
    execution,
    later,
    meta,
    ran,
    record,
    sandbox,
)
from tests.unit.models.structural import problems, schema

SCHEMA = schema("codeexecutions")["properties"]["status"]
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


def finished(
    verdict: Verdict, before: ExecutionStatus = NEW, artifacts: tuple[Artifact, ...] = (), **stages: datetime
) -> dict[str, Any]:
    return status.finished(
        meta(), before, verdict, node="node-1", stages=stages, accepted=NOW, now=later(60), artifacts=artifacts
    )


def judged(*steps: Step, **spec: Any) -> Verdict:
    found = record(*steps)
    assert found.result
    return judge(execution(**spec), found.result, found, COMPILED if spec.get("language") == "c" else LIMITS)


SUCCESS = judged(ran())
FAILURE = judged(ran(exitCode=3))
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
    assert not {"error", "truncated", "violations", "batch", "artifacts", "compilerOutput"} & set(found)
    assert found["runtime"] == {"image": "python:test", "node": "node-1"}
    assert found["sandbox"]["attempt"] == 0
    assert found["isolation"] == {"network": "Denied", "syscallFilter": True, "landlock": 7, "cgroup": "v2"}


def test_a_failure_says_why_in_words_and_in_code() -> None:
    found = finished(FAILURE)["status"]
    assert found["error"] == {"code": "NON_ZERO_EXIT", "message": "the program ended with exit code 3"}
    assert (found["success"], found["exitCode"]) == (False, 3)


def test_what_never_ran_has_no_output() -> None:
    for verdict in (REFUSED, judged(compiled(exitCode=1), language="c")):
        found = finished(verdict)["status"]
        assert not {"output", "stderr", "truncated"} & set(found)


def test_cut_output_is_counted() -> None:
    short = Step("run", 0, NOW, Captured(((0, b"head"), (96, b"tail"))), Captured(), ran(stdoutBytes=100).end)
    found = finished(judged(short))["status"]
    assert found["truncated"] == {"stdout": True, "stderr": False, "stdoutBytes": 92, "stderrBytes": 0}


def test_what_the_compiler_said_is_there_whether_it_failed_or_only_warned() -> None:
    warned = finished(judged(compiled(err=b"warning: x\n"), ran(), language="c"))["status"]
    assert (warned["compilerOutput"], warned["success"]) == ("warning: x", True)
    failed = finished(judged(compiled(err=b"error: y\n", exitCode=1), language="c"))["status"]
    assert (failed["compilerOutput"], failed["reason"]) == ("error: y", "CompileError")
    assert failed["error"]["message"] == "the compiler ended with exit code 1:\nerror: y"
    assert failed["metrics"] == {"compileTimeMs": 40}


def test_a_limit_that_was_broken_is_a_violation() -> None:
    found = finished(judged(ran(cause="processes", exitCode=137)))["status"]
    assert found["violations"] == [
        {"kind": "limit", "rule": "processes", "severity": "high", "message": found["error"]["message"]}
    ]


def test_each_item_of_a_batch_has_a_verdict_of_its_own() -> None:
    verdict = judged(ran(0), ran(1, out=b"no", err=b"oh", exitCode=3), batch=[{"name": "a"}, {"name": "b"}])
    found = finished(verdict)["status"]
    assert not {"output", "stderr"} & set(found)
    assert (found["reason"], found["exitCode"], found["success"]) == ("NonZeroExit", 3, False)
    good, bad = found["batch"]
    assert (good["name"], good["reason"], good["success"], good["output"]) == ("a", "Completed", True, "hello\n")
    assert "error" not in good
    assert (bad["name"], bad["exitCode"], bad["output"], bad["stderr"]) == ("b", 3, "no", "oh")
    assert bad["error"] == {"code": "NON_ZERO_EXIT", "message": "the program ended with exit code 3"}


def test_a_verdict_that_is_refused_is_written_without_its_output_and_nothing_else_is_given_up() -> None:
    before = finished(judged(compiled(err=b"w"), ran(exitCode=3), language="c"))
    found = status.without_output(before, "too large " * 1000)
    gone = {"output", "stderr", "compilerOutput"}
    assert {found["status"][name] for name in gone} == {None}
    assert found["status"]["error"]["code"] == "OUTPUT_NOT_STORED"
    assert len(found["status"]["error"]["message"]) <= 4096
    lost = {*gone, "error"}
    assert {k: v for k, v in found["status"].items() if k not in lost} == {
        k: v for k, v in before["status"].items() if k not in lost
    }
    assert found["metadata"] == before["metadata"]


def test_items_and_artifacts_give_up_their_content_too_and_say_so() -> None:
    artifacts = (
        Artifact(path="a", bytes=1, sha256="0" * 64, content="1"),
        Artifact(path="b", bytes=1, sha256="0" * 64, config_map=ConfigMapKey(name="m", key="0")),
    )
    before = finished(judged(ran(0, exitCode=3), batch=[{"name": "a"}]), artifacts=artifacts)
    found = status.without_output(before, "too large")["status"]
    (item,), (one, other) = found["batch"], found["artifacts"]
    assert not {"output", "stderr"} & set(item)
    assert (item["name"], item["error"]) == ("a", before["status"]["batch"][0]["error"])
    assert one == {"path": "a", "bytes": 1, "sha256": "0" * 64, "missing": "it could not be stored"}
    assert other == before["status"]["artifacts"][1]
    assert problems(SCHEMA, {**found, "output": "", "stderr": "", "compilerOutput": ""}) == []


def test_whatever_is_written_can_be_read() -> None:
    for verdict in (SUCCESS, FAILURE, REFUSED):
        found = after(finished(verdict))
        CodeExecution(metadata=meta(), spec=execution().spec, status=found)
        assert found.finished


WARNING = Violation(kind="pattern", rule="r", severity="low", file="main.py", line=1, column=1, message="Not nice.")


def test_warnings_of_the_check_are_kept_from_the_claim_to_the_end() -> None:
    checked = Checked(later(1), violations=(WARNING,), count=70)
    begun = after(status.claimed(meta(), NEW, sandbox(), LIMITS, BUILT_IN, NOW, later(2), checked))
    assert (begun.violations, begun.violation_count) == ((WARNING,), 70)
    assert begun.timeline
    assert begun.timeline.validated == later(1)
    again = after(status.claimed(meta(), begun, sandbox(), LIMITS, BUILT_IN, NOW, later(3)), begun)
    assert (again.violations, again.violation_count) == ((WARNING,), 70)
    broken = record(ran(cause="timeout", exitCode=137))
    assert broken.result
    verdict = judge(execution(), broken.result, broken, LIMITS)
    ended = after(finished(verdict, again), again)
    assert ended.violations
    assert [one.rule for one in ended.violations] == ["r", "timeoutSeconds"]
    assert ended.violation_count == 71


def test_a_rejected_run_has_its_findings_and_its_policy() -> None:
    refusal = Refusal(Reason.UNSAFE_CODE_PATTERN, "main.py:1:1: no", (WARNING,))
    found = after(finished(rejected(refusal, Checked(later(1), refusal, count=70), BUILT_IN), NEW))
    assert (found.violations, found.violation_count, found.policy) == ((WARNING,), 70, BUILT_IN)
    assert found.timeline
    assert found.timeline.validated == later(1)
    assert found.error
    assert found.error.code == "UNSAFE_CODE_PATTERN"
