"""One ordinary object of each kind; a test says only what is different about its own."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from codeexec.domain import labels
from codeexec.domain.record import Captured, End, Record, Result, Step
from codeexec.domain.sandbox import Ended, Sandbox
from codeexec.models.execution import CodeExecution, Metadata
from codeexec.models.policy import SandboxPolicy
from codeexec.models.spec import ExecutionSpec
from codeexec.models.status import AppliedPolicy, CompileLimits, EffectiveLimits, ExecutionStatus, SandboxRef

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
UID = "6c3c1f0e-3b1c-4b1e-9f43-000000000001"
POD_UID = "6c3c1f0e-3b1c-4b1e-9f43-00000000000a"
LIMITS = EffectiveLimits(
    memory="512Mi",
    cpu="1",
    timeout_seconds=30,
    cpu_time_seconds=30,
    processes=5,
    output_bytes=65_536,
    max_output_bytes=16 << 20,
    disk_bytes=64 << 20,
)
COMPILED = LIMITS.but(compile=CompileLimits(timeout_seconds=30, memory="512Mi"))
"""Limits of a run in a compiled language."""
BUILT_IN = AppliedPolicy(name="built-in", generation=0)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def meta(**changes: Any) -> Metadata:
    return Metadata(
        namespace="lab", name="hello", uid=UID, resource_version="7", generation=1, creation_timestamp=NOW
    ).but(**changes)


def spec_of(**fields: Any) -> ExecutionSpec:
    """Prints hello. `fields` in Python's spelling; None leaves one out."""
    given = {"language": "python", "code": None if fields.get("files") else "print('hello')", **fields}
    return ExecutionSpec.model_validate({name: value for name, value in given.items() if value is not None})


def execution(status: ExecutionStatus | None = None, *, generation: int = 1, **spec: Any) -> CodeExecution:
    """Prints hello. `spec` in Python's spelling."""
    whole = spec_of(**spec)
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


def policy(language: str = "python", *, allows: dict[str, bool] | None = None, **limits: Any) -> SandboxPolicy:
    """A policy with these limits for one language, as YAML spells them."""
    return SandboxPolicy.model_validate(
        {
            "metadata": {"namespace": "lab", "name": "tight", "generation": 4},
            "spec": {
                "languages": {language: {"limits": limits}},
                "validation": allows or {},
                "retention": {"ttlSecondsAfterFinished": 60},
            },
        }
    )


ALL_ALLOWED = {"allowNetworkAccess": True, "allowFileSystemAccess": True, "allowExternalCommands": True}


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


def end_line(**changes: Any) -> dict[str, Any]:
    """How a step ended, in the runner's words."""
    return {
        "type": "end",
        "step": 0,
        "kind": "run",
        "of": 0,
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
        "diskBytes": 0,
        "stdoutBytes": 6,
        "stderrBytes": 0,
        "stdoutSha256": "",
        "tokensSha256": "",
        "message": "",
    } | changes


def result_line(**changes: Any) -> dict[str, Any]:
    """The runner's last line."""
    return {
        "type": "result",
        "v": 2,
        "id": UID,
        "steps": 1,
        "network": "shut",
        "networkMs": 212.0,
        "seccomp": True,
        "landlock": 7,
        "cgroup": "v2",
    } | changes


def result(**changes: Any) -> Result:
    return Result.model_validate(result_line(**changes))


def digests(out: bytes) -> dict[str, str]:
    words = b"".join(word + b"\n" for word in out.split())
    return {"stdoutSha256": hashlib.sha256(out).hexdigest(), "tokensSha256": hashlib.sha256(words).hexdigest()}


def captured(data: bytes) -> Captured:
    return Captured(((0, data),) if data else ())


def ran(of: int = 0, out: bytes = b"hello\n", err: bytes = b"", **changes: Any) -> Step:
    """A run that has ended, all of its output kept; `changes` are of its end."""
    sizes = {"stdoutBytes": len(out), "stderrBytes": len(err)}
    end = End.model_validate(end_line(kind="run", of=of, **sizes, **digests(out)) | changes)
    return Step("run", of, NOW, captured(out), captured(err), end)


def compiled(of: int = 0, err: bytes = b"", **changes: Any) -> Step:
    """A compilation that has ended."""
    end = End.model_validate(end_line(kind="compile", of=of, stdoutBytes=0, stderrBytes=len(err)) | changes)
    return Step("compile", of, NOW, Captured(), captured(err), end)


def begun(of: int = 0, kind: Literal["compile", "run"] = "run", out: bytes = b"") -> Step:
    """A step that goes on, for all that is known."""
    return Step(kind, of, NOW, captured(out))


def record(*steps: Step, **changes: Any) -> Record:
    """A whole record; of a program that printed hello, if nothing is said about its steps."""
    found = steps or (ran(),)
    last = result(steps=sum(step.end is not None for step in found))
    fields: dict[str, Any] = {"ready": True, "started_at": NOW, "steps": found, "result": last}
    return Record(**fields | changes)
