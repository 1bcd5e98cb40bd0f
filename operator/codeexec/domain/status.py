"""What is written into `status`: merge patches for each step a run takes, conditions kstatus-correct from the first."""

from datetime import datetime
from typing import Any

from codeexec.domain.checked import Checked
from codeexec.domain.conditions import turned
from codeexec.domain.endings import Ending
from codeexec.domain.output import ITEM_MESSAGE_BYTES, MESSAGE_BYTES, STATUS_BUDGET, Text, assemble, bounded, fit
from codeexec.domain.sandbox import Sandbox
from codeexec.domain.verdict import Verdict
from codeexec.models.conditions import Condition, ConditionStatus
from codeexec.models.execution import Metadata
from codeexec.models.reasons import Phase
from codeexec.models.status import (
    MAX_COMPILER_CHARS,
    AppliedPolicy,
    Artifact,
    EffectiveLimits,
    ErrorReport,
    ExecutionStatus,
    ItemStatus,
    RuntimeReport,
    SandboxRef,
    Timeline,
    Truncated,
)

Patch = dict[str, Any]
_LARGE = ("output", "stderr", "content", "contentBase64")


def queued(meta: Metadata, before: ExecutionStatus, accepted: datetime, now: datetime) -> Patch:
    timeline = _timeline(before, accepted).but(queued=now)
    return _patch(
        meta,
        before.but(phase=Phase.QUEUED, reason="Queued", timeline=timeline),
        _in_progress(meta, before, "Queued", "waiting for a free sandbox slot", now),
    )


def claimed(
    meta: Metadata,
    before: ExecutionStatus,
    sandbox: Sandbox,
    limits: EffectiveLimits,
    policy: AppliedPolicy,
    accepted: datetime,
    now: datetime,
    checked: Checked | None = None,
) -> Patch:
    timeline = _timeline(before, accepted).but(claimed=now)
    if checked:
        found, count = checked.violations or None, checked.count or None
        timeline = timeline.but(validated=checked.at)
    else:
        found, count = before.violations, before.violation_count
    status = before.but(
        violations=found,
        violation_count=count,
        phase=Phase.RUNNING,
        reason="Running",
        sandbox=SandboxRef(pod=sandbox.name, uid=sandbox.uid, attempt=sandbox.attempt),
        limits=limits,
        policy=policy,
        runtime=RuntimeReport(image=sandbox.image),
        timeline=timeline,
    )
    return _patch(meta, status, _in_progress(meta, before, "Running", f"in Pod {sandbox.name}", now))


def finished(
    meta: Metadata,
    before: ExecutionStatus,
    verdict: Verdict,
    *,
    node: str | None,
    stages: dict[str, datetime],
    accepted: datetime,
    now: datetime,
    artifacts: tuple[Artifact, ...] = (),
    room: int = STATUS_BUDGET,
) -> Patch:
    """`stages` are points of the timeline this process has seen since the last write. `room`: bytes for all output."""
    ending = verdict.ending
    stdout, stderr = _output(ending, room)
    violations = (before.violations or ()) + verdict.violations
    runtime = before.runtime.but(node=node) if before.runtime and node else before.runtime
    status = before.but(
        phase=Phase.SUCCEEDED if verdict.success else Phase.FAILED,
        reason=verdict.reason.value,
        success=verdict.success,
        exit_code=ending.exit_code,
        signal=ending.signal,
        output=stdout.text if ending.ran else None,
        stderr=stderr.text if ending.ran else None,
        compiler_output=bounded(verdict.compiler, MAX_COMPILER_CHARS) or None,
        error=_error(ending),
        truncated=_truncated(stdout, stderr),
        metrics=ending.metrics,
        violations=violations or None,
        violation_count=(before.violation_count or 0) + verdict.violation_count or None,
        batch=tuple(_item(name, one, room // len(verdict.items)) for name, one in verdict.items) or None,
        artifacts=artifacts or None,
        policy=before.policy or verdict.policy,
        runtime=runtime,
        isolation=verdict.isolation,
        timeline=_timeline(before, accepted).but(
            **stages,
            **({"validated": verdict.validated} if verdict.validated else {}),
            started=verdict.started,
            finished=verdict.finished,
            reported=now,
        ),
    )
    return _patch(meta, status, _terminal(meta, before, verdict, now))


def _item(name: str, ending: Ending, room: int) -> ItemStatus:
    stdout, stderr = _output(ending, room)
    return ItemStatus(
        name=name,
        reason=ending.reason.value,
        success=ending.success,
        exit_code=ending.exit_code,
        signal=ending.signal,
        output=stdout.text if ending.ran else None,
        stderr=stderr.text if ending.ran else None,
        error=_error(ending, ITEM_MESSAGE_BYTES),
        truncated=_truncated(stdout, stderr),
        metrics=ending.metrics,
    )


def _output(ending: Ending, room: int) -> tuple[Text, Text]:
    return fit(assemble(ending.stdout, ending.stdout_bytes), assemble(ending.stderr, ending.stderr_bytes), room)


def _error(ending: Ending, limit: int = MESSAGE_BYTES) -> ErrorReport | None:
    return None if ending.success else ErrorReport(code=ending.reason.name, message=bounded(ending.message, limit))


def acknowledged(meta: Metadata, before: ExecutionStatus) -> Patch:
    """kstatus and `kubectl wait` take an older observedGeneration for "still going on", whatever the conditions say."""
    return _patch(meta, before, tuple(c.but(observed_generation=meta.generation) for c in before.conditions))


def without_output(patch: Patch, why: str) -> Patch:
    """The same verdict when the API server will not take it with the output: nothing but the output is given up."""
    gone = {"output": None, "stderr": None, "compilerOutput": None}
    status = {**patch["status"], **gone}
    for field in ("batch", "artifacts"):
        if field in status:
            status[field] = [_without(one, "missing" if field == "artifacts" else "") for one in status[field]]
    status["error"] = {"code": "OUTPUT_NOT_STORED", "message": bounded(f"the output could not be stored: {why}")}
    return {**patch, "status": status}


def _without(one: Patch, missing: str) -> Patch:
    """`missing`: the field that says so."""
    small = {key: value for key, value in one.items() if key not in _LARGE}
    return {**small, missing: "it could not be stored"} if missing and small != one else small


def _truncated(stdout: Text, stderr: Text) -> Truncated | None:
    if not stdout.left_out and not stderr.left_out:
        return None
    return Truncated(
        stdout=stdout.left_out > 0,
        stderr=stderr.left_out > 0,
        stdout_bytes=stdout.left_out,
        stderr_bytes=stderr.left_out,
    )


def _timeline(before: ExecutionStatus, accepted: datetime) -> Timeline:
    return before.timeline or Timeline(accepted=accepted)


def _in_progress(
    meta: Metadata, before: ExecutionStatus, reason: str, message: str, now: datetime
) -> tuple[Condition, ...]:
    return (
        _condition(meta, before, "Ready", "Unknown", reason, message, now),
        _condition(meta, before, "Reconciling", "True", reason, message, now),
        _condition(meta, before, "Stalled", "False", reason, "", now),
        _condition(meta, before, "Succeeded", "Unknown", reason, message, now),
    )


def _terminal(meta: Metadata, before: ExecutionStatus, verdict: Verdict, now: datetime) -> tuple[Condition, ...]:
    """kstatus takes Ready=False for "still going on", so a failure also says Stalled=True."""
    good: ConditionStatus = "True" if verdict.success else "False"
    bad: ConditionStatus = "False" if verdict.success else "True"
    reason, message = verdict.reason.value, bounded(verdict.message)
    return (
        _condition(meta, before, "Ready", good, reason, message, now),
        _condition(meta, before, "Reconciling", "False", reason, "", now),
        _condition(meta, before, "Stalled", bad, reason, message, now),
        _condition(meta, before, "Succeeded", good, reason, message, now),
    )


def _condition(
    meta: Metadata,
    before: ExecutionStatus,
    kind: str,
    status: ConditionStatus,
    reason: str,
    message: str,
    now: datetime,
) -> Condition:
    return turned(before.conditions, kind, status, reason, message, meta.generation, now)


def _patch(meta: Metadata, status: ExecutionStatus, conditions: tuple[Condition, ...]) -> Patch:
    """A merge patch that holds only against the object it was computed from."""
    whole = status.but(observed_generation=meta.generation, conditions=conditions)
    return {"metadata": {"resourceVersion": meta.resource_version, "uid": meta.uid}, "status": whole.manifest()}
