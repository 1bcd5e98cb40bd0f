"""CodeExecution: what runs, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints

from codeexec.models.base import Model
from codeexec.models.conditions import Condition
from codeexec.models.reasons import Phase, Reason

MAX_CODE_CHARS = 262_144
MAX_SPEC_CHARS = 240_000
"""Of code, stdin, args and env together: at six bytes each in the store they leave room for a verdict."""
MAX_OUTPUT_CHARS = 132_096

Name = Annotated[str, StringConstraints(max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
Text = Annotated[str, StringConstraints(max_length=4096)]
Word = Annotated[str, StringConstraints(max_length=253)]
Mutable: dict[str, JsonValue] = {"mutable": True}
"""Marks a spec field that may change after creation; read by the CRD generator."""


class Language(StrEnum):
    PYTHON = "python"


class EnvVar(Model):
    name: Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = Field(
        description="Name of the variable."
    )
    value: Text = Field(default="", description="Its value, as it stands: nothing is expanded.")


class PolicyRef(Model):
    name: Name = Field(description="Name of a SandboxPolicy in the same namespace.")


class ExecutionSpec(Model):
    """What runs. Only `cancel` and `ttlSecondsAfterFinished` may change; a rerun is a new object."""

    language: Language = Field(description="Language of the program.")
    code: Annotated[str, StringConstraints(min_length=1, max_length=MAX_CODE_CHARS)] = Field(
        description="Source text of the program, at most 102,400 bytes as UTF-8."
    )
    args: tuple[Text, ...] = Field(default=(), max_length=64, description="Arguments of the program.")
    stdin: Annotated[str, StringConstraints(max_length=MAX_CODE_CHARS)] = Field(
        default="", description="What the program reads on its standard input."
    )
    env: tuple[EnvVar, ...] = Field(
        default=(), max_length=64, description="Environment of the program, over PATH, HOME and LANG."
    )
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] | None = Field(
        default=None, description="Wall clock for the run; the policy's default when left out."
    )
    policy_ref: PolicyRef | None = Field(
        default=None, description="The policy that applies; `default` of the namespace when left out."
    )
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=604_800)] | None = Field(
        default=None,
        description="How long after the end the sandbox Pod is kept; the policy's retention when left out.",
        json_schema_extra=Mutable,
    )
    ttl_deletes: Literal["Sandbox", "Execution"] = Field(
        default="Sandbox",
        description="What the TTL removes: the sandbox Pod only, or this object too. A GitOps tool that heals "
        "would create a deleted object again, and its code would run again.",
    )
    cancel: bool = Field(default=False, description="Ends the run. It cannot be taken back.", json_schema_extra=Mutable)


class ErrorReport(Model):
    code: Word = Field(description="Stable machine-readable code.")
    message: Text = Field(description="What went wrong and what to do about it.")


class Truncated(Model):
    """Present when something of the output is missing from status."""

    stdout: bool = Field(description="Whether standard output was cut.")
    stderr: bool = Field(description="Whether standard error was cut.")
    stdout_bytes: int = Field(ge=0, description="Bytes of standard output left out.")
    stderr_bytes: int = Field(ge=0, description="Bytes of standard error left out.")


class Metrics(Model):
    """What the run used. A figure that the kernel does not offer is left out."""

    execution_time_ms: int = Field(ge=0, description="Wall clock of the program.")
    cpu_time_ms: Annotated[int, Field(ge=0)] | None = Field(default=None, description="CPU time, user and system.")
    memory_used_bytes: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Peak memory of the sandbox, files in memory included."
    )
    peak_processes: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Most processes alive at once."
    )
    output_bytes: int = Field(ge=0, description="Bytes written to standard output and standard error together.")


class EffectiveLimits(Model):
    """The limits this run was given, fixed when its sandbox was claimed."""

    memory: Word = Field(description="Memory limit of the sandbox.")
    cpu: Word = Field(description="CPU limit of the sandbox, in cores.")
    timeout_seconds: int = Field(description="Wall clock.")
    output_bytes: int = Field(description="Bytes kept of each of standard output and standard error.")


class AppliedPolicy(Model):
    name: Word = Field(description="Name of the SandboxPolicy, or `built-in`.")
    generation: int = Field(description="Its generation; 0 for `built-in`.")


class RuntimeReport(Model):
    image: Annotated[str, StringConstraints(max_length=512)] = Field(description="Image of the sandbox.")
    node: Word | None = Field(default=None, description="Node it ran on.")


class Timeline(Model):
    """When each stage was reached. `started` and `finished` are read off the node's clock, the others off ours."""

    accepted: datetime = Field(description="The operator saw it first.")
    queued: datetime | None = Field(default=None, description="It had to wait for a free slot from here on.")
    claimed: datetime | None = Field(default=None, description="A sandbox was made for it.")
    ready: datetime | None = Field(default=None, description="The sandbox was seen running.")
    delivered: datetime | None = Field(default=None, description="The job was sent.")
    started: datetime | None = Field(default=None, description="The program was started.")
    finished: datetime | None = Field(default=None, description="The program ended.")
    reported: datetime | None = Field(default=None, description="The verdict was written.")


class SandboxRef(Model):
    pod: Word = Field(description="Name of the Pod.")
    uid: Word = Field(description="Its uid.")
    attempt: int = Field(ge=0, description="0, or how many sandboxes were lost before user code could start.")


class ExecutionStatus(Model):
    """What came of it. Written by the operator only; once Succeeded is True or False, the verdict never changes."""

    observed_generation: int = Field(default=-1, description="Generation of spec that this status is about.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        max_length=8,
        description="Ready, Reconciling, Stalled (kstatus) and Succeeded (True or False at the end).",
    )
    phase: Phase = Field(default=Phase.PENDING, description="For people; programs read conditions.")
    reason: Word | None = Field(default=None, description="Why; see docs/reasons.md.")
    success: bool | None = Field(default=None, description="Whether the program ended with exit code 0.")
    exit_code: Annotated[int, Field(ge=0, le=255)] | None = Field(default=None, description="Exit code.")
    signal: Word | None = Field(default=None, description="Name of the signal that ended the program, without SIG.")
    output: Annotated[str, StringConstraints(max_length=MAX_OUTPUT_CHARS)] | None = Field(
        default=None, description="Standard output; bytes that are not UTF-8 show as U+FFFD."
    )
    stderr: Annotated[str, StringConstraints(max_length=MAX_OUTPUT_CHARS)] | None = Field(
        default=None, description="Standard error, likewise."
    )
    error: ErrorReport | None = Field(default=None, description="Present when the run did not succeed.")
    truncated: Truncated | None = None
    metrics: Metrics | None = None
    limits: EffectiveLimits | None = None
    policy: AppliedPolicy | None = Field(default=None, description="The policy the limits came from.")
    runtime: RuntimeReport | None = Field(default=None, description="Where it ran.")
    timeline: Timeline | None = None
    sandbox: SandboxRef | None = Field(default=None, description="The Pod this execution owns.")

    def condition(self, kind: str) -> Condition | None:
        return next((c for c in self.conditions if c.type == kind), None)

    @property
    def finished(self) -> bool:
        """Terminal: there is a verdict, and it never changes."""
        succeeded = self.condition("Succeeded")
        return succeeded is not None and succeeded.status != "Unknown"


class Metadata(Model):
    """The part of ObjectMeta that is read."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    generation: int = 1
    creation_timestamp: datetime


class CodeExecution(Model):
    """Runs one program once and holds its verdict."""

    metadata: Metadata
    spec: ExecutionSpec
    status: ExecutionStatus = ExecutionStatus()


__all__ = ["CodeExecution", "ExecutionSpec", "ExecutionStatus", "Reason"]
