"""One ordinary object of each kind; a test says only what is different about its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

from codeexec.domain import labels
from codeexec.domain.record import Captured, Record, Result
from codeexec.domain.sandbox import Ended, Sandbox
from codeexec.models.execution import (
    AppliedPolicy,
    CodeExecution,
    EffectiveLimits,
    ExecutionSpec,
    ExecutionStatus,
    Metadata,
    SandboxRef,
)
from codeexec.models.policy import SandboxPolicy

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
UID = "6c3c1f0e-3b1c-4b1e-9f43-000000000001"
POD_UID = "6c3c1f0e-3b1c-4b1e-9f43-00000000000a"
LIMITS = EffectiveLimits(memory="512Mi", cpu="1", timeout_seconds=30, output_bytes=65_536)
BUILT_IN = AppliedPolicy(name="built-in", generation=0)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def meta(**changes: Any) -> Metadata:
    return Metadata(
        namespace="lab", name="hello", uid=UID, resource_version="7", generation=1, creation_timestamp=NOW
    ).but(**changes)


def execution(status: ExecutionStatus | None = None, *, generation: int = 1, **spec: Any) -> CodeExecution:
    """Prints hello. `spec` in Python's spelling."""
    whole = ExecutionSpec.model_validate({"language": "python", "code": "print('hello')", **spec})
    return CodeExecution(metadata=meta(generation=generation), spec=whole, status=status or ExecutionStatus())


def claimed_status(**changes: Any) -> ExecutionStatus:
    """As it is while the run's Pod is attempt 0."""
    return ExecutionStatus(
        phase="Running",
        reason="Running",
        limits=LIMITS,
        policy=BUILT_IN,
        sandbox=SandboxRef(pod=labels.pod_name(UID, 0), uid=POD_UID, attempt=0),
    ).but(**changes)


def policy(**limits: Any) -> SandboxPolicy:
    """A policy with these limits for Python, as YAML spells them."""
    return SandboxPolicy.model_validate(
        {
            "metadata": {"namespace": "lab", "name": "tight", "generation": 4},
            "spec": {"languages": {"python": {"limits": limits}}, "retention": {"ttlSecondsAfterFinished": 60}},
        }
    )


def sandbox(**changes: Any) -> Sandbox:
    """A Pod that runs."""
    fields: dict[str, Any] = {
        "name": labels.pod_name(UID, 0),
        "uid": POD_UID,
        "attempt": 0,
        "created": NOW,
        "image": "python:test",
        "node": "node-1",
        "running": True,
        "leaving": False,
        "over": False,
        "ended": None,
        "waiting": "",
        "image_problem": False,
        "eviction": "",
    }
    return Sandbox(**fields | changes)


def ended(code: int = 0, reason: str = "", message: str = "") -> dict[str, Any]:
    """Changes that make a sandbox one that is over."""
    return {"running": False, "over": True, "ended": Ended(code, reason, message)}


def result_line(**changes: Any) -> dict[str, Any]:
    """The runner's last line."""
    return {
        "type": "result",
        "v": 1,
        "id": UID,
        "cause": "exit",
        "exitCode": 0,
        "signal": "",
        "startedAt": "2026-01-02T03:04:05.100001Z",
        "finishedAt": "2026-01-02T03:04:05.140211Z",
        "wallMs": 40.2,
        "cpuMs": 21.5,
        "peakMemoryBytes": 9_437_184,
        "oomKills": 0,
        "peakProcesses": 1,
        "stdoutBytes": 6,
        "stderrBytes": 0,
        "network": "shut",
        "networkMs": 212.0,
        "seccomp": True,
        "cgroup": "v2",
        "message": "",
    } | changes


def result(**changes: Any) -> Result:
    return Result.model_validate(result_line(**changes))


def record(**changes: Any) -> Record:
    """A whole record of a program that printed hello."""
    fields: dict[str, Any] = {
        "ready": True,
        "started_at": NOW,
        "stdout": Captured(((0, b"hello\n"),)),
        "result": result(),
    }
    return Record(**fields | changes)
