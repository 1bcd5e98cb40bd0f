"""What came of a CodeExecution. Written by the operator only."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from codeexec.models.base import Model
from codeexec.models.conditions import Condition
from codeexec.models.policy import Severity
from codeexec.models.reasons import Phase
from codeexec.models.spec import MAX_BATCH, Text, Word

MAX_OUTPUT_CHARS = 132_096
MAX_COMPILER_CHARS = 16_384
MAX_FINDINGS = 50
"""Of the check of one run's code."""
MAX_SNIPPET_CHARS = 80
MAX_ARTIFACTS = 20

Output = Annotated[str, StringConstraints(max_length=MAX_OUTPUT_CHARS)]
Count = Annotated[int, Field(ge=0)]


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

    execution_time_ms: Count | None = Field(default=None, description="Wall clock of the program.")
    cpu_time_ms: Count | None = Field(default=None, description="CPU time, user and system.")
    memory_used_bytes: Count | None = Field(
        default=None, description="Peak memory of the sandbox while the program ran, files in memory included."
    )
    peak_processes: Count | None = Field(default=None, description="Most processes alive at once.")
    output_bytes: Count | None = Field(
        default=None, description="Bytes written to standard output and standard error together."
    )
    compile_time_ms: Count | None = Field(default=None, description="Wall clock of the compiler.")


class Violation(Model):
    """A rule that the code breaks, or a limit that the program broke."""

    kind: Literal["pattern", "import", "syntax", "size", "limit"] = Field(description="What sort of rule.")
    rule: Word = Field(description="Id of the rule (docs/rules.md), or the limit's field.")
    severity: Severity = Field(description="How bad it is.")
    item: Word | None = Field(default=None, description="Name of the batch item.")
    file: Annotated[str, StringConstraints(max_length=512)] | None = Field(default=None, description="Source file.")
    line: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Line in it, from 1.")
    column: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Character in the line, from 1.")
    snippet: Annotated[str, StringConstraints(max_length=MAX_SNIPPET_CHARS)] | None = Field(
        default=None, description="What stands there."
    )
    message: Text = Field(description="What is wrong; of a limit, what happened and the limit.")
    recommendation: Text | None = Field(default=None, description="What to do instead.")


class CompileLimits(Model):
    timeout_seconds: int = Field(description="Wall clock.")
    memory: Word = Field(description="Memory.")


class EffectiveLimits(Model):
    """The limits this run was given, fixed when its sandbox was claimed."""

    memory: Word = Field(description="Memory limit of the run.")
    cpu: Word = Field(description="CPU limit of the sandbox, in cores.")
    timeout_seconds: int = Field(description="Wall clock.")
    cpu_time_seconds: int = Field(description="CPU time of all its processes together.")
    processes: int = Field(description="Processes alive at once.")
    output_bytes: int = Field(description="Bytes kept of each of standard output and standard error.")
    max_output_bytes: int = Field(description="Bytes of both streams together at which the run is ended.")
    disk_bytes: int = Field(description="Bytes of files it may write.")
    compile: CompileLimits | None = Field(default=None, description="Limits of the compiler, for a compiled language.")


class AppliedPolicy(Model):
    name: Word = Field(description="Name of the SandboxPolicy, or `built-in`.")
    generation: int = Field(description="Its generation; 0 for `built-in`.")
    require: tuple[Word, ...] = Field(
        default=(),
        max_length=4,
        exclude_if=lambda demanded: not demanded,
        description="Defences it demands: without them nothing starts.",
    )


class RuntimeReport(Model):
    image: Annotated[str, StringConstraints(max_length=512)] = Field(description="Image of the sandbox.")
    node: Word | None = Field(default=None, description="Node it ran on.")


class IsolationReport(Model):
    """What held the program, as the runner found it and not as it was meant."""

    network: Literal["Denied", "Granted", "NotProved"] = Field(
        description="Denied: proved shut from inside. Granted: the run had asked for the network."
    )
    syscall_filter: bool = Field(description="Whether the system call filter was in force.")
    landlock: int = Field(description="Landlock ABI version whose rules were in force; 0 for none.")
    cgroup: Word = Field(description="Where the figures come from: v1, v2 or none.")


class Timeline(Model):
    """When each stage was reached. `started` and `finished` are read off the node's clock, the others off ours."""

    accepted: datetime = Field(description="The operator saw it first.")
    queued: datetime | None = Field(default=None, description="It had to wait for a free slot from here on.")
    validated: datetime | None = Field(default=None, description="Its code had been checked.")
    claimed: datetime | None = Field(default=None, description="A sandbox was made for it.")
    ready: datetime | None = Field(default=None, description="The sandbox was seen running.")
    delivered: datetime | None = Field(default=None, description="The job was sent.")
    started: datetime | None = Field(default=None, description="The compiler, or the program, was started.")
    finished: datetime | None = Field(default=None, description="The program ended.")
    reported: datetime | None = Field(default=None, description="The verdict was written.")


class SandboxRef(Model):
    pod: Word = Field(description="Name of the Pod.")
    uid: Word = Field(description="Its uid.")
    attempt: int = Field(ge=0, description="0, or how many sandboxes were lost before user code could start.")


class ConfigMapKey(Model):
    name: Word = Field(description="ConfigMap in the same namespace; it goes with this object.")
    key: Word = Field(description="Key in its binaryData.")


class Artifact(Model):
    """A file that the program left behind. Exactly one of content, contentBase64, configMap and missing is there."""

    path: Annotated[str, StringConstraints(max_length=1024)] = Field(description="Its path in the program's folder.")
    item: Word | None = Field(default=None, description="Name of the batch item that made it.")
    bytes: Count | None = Field(default=None, description="Size of the file.")
    sha256: Word | None = Field(default=None, description="SHA-256 of the file, hex.")
    content: Annotated[str, StringConstraints(max_length=32_768)] | None = Field(
        default=None, description="Its content, if it is small and text."
    )
    content_base64: Annotated[str, StringConstraints(max_length=32_768)] | None = Field(
        default=None, description="Its content, if it is small."
    )
    config_map: ConfigMapKey | None = Field(default=None, description="Where its content is.")
    missing: Text | None = Field(default=None, description="Why its content is not there.")


class ItemStatus(Model):
    """What came of one item of a batch."""

    name: Word = Field(description="Name of the item.")
    reason: Word = Field(description="Why it ended; see docs/reasons.md.")
    success: bool = Field(description="Whether it ended with exit code 0 and the expected output.")
    exit_code: Annotated[int, Field(ge=0, le=255)] | None = Field(default=None, description="Exit code.")
    signal: Word | None = Field(default=None, description="Name of the signal that ended it, without SIG.")
    output: Output | None = Field(default=None, description="Standard output.")
    stderr: Output | None = Field(default=None, description="Standard error.")
    error: ErrorReport | None = Field(default=None, description="Present when it did not succeed.")
    truncated: Truncated | None = None
    metrics: Metrics | None = None


class ExecutionStatus(Model):
    """What came of it. Once Succeeded is True or False, the verdict never changes."""

    observed_generation: int = Field(default=-1, description="Generation of spec that this status is about.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        max_length=8,
        description="Ready, Reconciling, Stalled (kstatus) and Succeeded (True or False at the end).",
    )
    phase: Phase = Field(default=Phase.PENDING, description="For people; programs read conditions.")
    reason: Word | None = Field(default=None, description="Why; see docs/reasons.md.")
    success: bool | None = Field(default=None, description="Whether the program, or every item, succeeded.")
    exit_code: Annotated[int, Field(ge=0, le=255)] | None = Field(
        default=None, description="Exit code; of a batch, that of the first item that failed."
    )
    signal: Word | None = Field(default=None, description="Name of the signal that ended the program, without SIG.")
    output: Output | None = Field(default=None, description="Standard output; bytes that are not UTF-8 show as U+FFFD.")
    stderr: Output | None = Field(default=None, description="Standard error, likewise.")
    compiler_output: Annotated[str, StringConstraints(max_length=MAX_COMPILER_CHARS)] | None = Field(
        default=None, description="What the compiler said, warnings included; of a batch, the first that said anything."
    )
    error: ErrorReport | None = Field(default=None, description="Present when the run did not succeed.")
    truncated: Truncated | None = None
    metrics: Metrics | None = Field(
        default=None, description="Of a batch: times and output added up, the largest memory and process count."
    )
    violations: tuple[Violation, ...] | None = Field(
        default=None,
        max_length=MAX_FINDINGS + MAX_BATCH,
        description="What the check of its code found, the worst first, and limits that were broken. When the code was "
        "run nevertheless, its findings are warnings.",
    )
    violation_count: Count | None = Field(
        default=None, description="How many there were; `violations` has at most the 50 worst of the code's."
    )
    batch: tuple[ItemStatus, ...] | None = Field(
        default=None, max_length=MAX_BATCH, description="What came of each item, in order."
    )
    artifacts: tuple[Artifact, ...] | None = Field(
        default=None, max_length=2 * MAX_ARTIFACTS, description="Files the program left behind."
    )
    limits: EffectiveLimits | None = None
    policy: AppliedPolicy | None = Field(default=None, description="The policy the limits came from.")
    runtime: RuntimeReport | None = Field(default=None, description="Where it ran.")
    isolation: IsolationReport | None = None
    timeline: Timeline | None = None
    sandbox: SandboxRef | None = Field(default=None, description="The Pod this execution owns.")

    def condition(self, kind: str) -> Condition | None:
        return next((c for c in self.conditions if c.type == kind), None)

    @property
    def finished(self) -> bool:
        """Terminal: there is a verdict, and it never changes."""
        succeeded = self.condition("Succeeded")
        return succeeded is not None and succeeded.status != "Unknown"
