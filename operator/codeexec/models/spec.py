"""What a CodeExecution asks for."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from codeexec.models.base import Model

MAX_CODE_CHARS = 262_144
MAX_STDIN_CHARS = 1 << 20
MAX_FILES = 64
"""Of one program."""
MAX_BATCH = 100

Name = Annotated[str, StringConstraints(max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
Text = Annotated[str, StringConstraints(max_length=4096)]
Word = Annotated[str, StringConstraints(max_length=253)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CODE_CHARS)]
Input = Annotated[str, StringConstraints(max_length=MAX_CODE_CHARS)]
MemoryQuantity = Annotated[str, StringConstraints(max_length=16, pattern=r"^[1-9][0-9]{0,6}(Mi|Gi)$")]
CpuQuantity = Annotated[str, StringConstraints(max_length=16, pattern=r"^([1-9][0-9]{0,2}|[1-9][0-9]{1,5}m)$")]
Seconds = Annotated[int, Field(ge=1, le=3600)]
Processes = Annotated[int, Field(ge=1, le=1000)]
OutputBytes = Annotated[int, Field(ge=1024, le=131_072)]
MaxOutputBytes = Annotated[int, Field(ge=1024, le=1 << 30)]
DiskBytes = Annotated[int, Field(ge=65_536, le=1 << 36)]
Mutable: dict[str, JsonValue] = {"mutable": True}
"""Marks a spec field that may change after creation; read by the CRD generator."""


def checks(*rules: tuple[str, str]) -> ConfigDict:
    """CEL rules of a part of the schema: what must hold, and what to say when it does not."""
    return ConfigDict(
        json_schema_extra={"x-kubernetes-validations": [{"rule": rule, "message": text} for rule, text in rules]}
    )


class Language(StrEnum):
    GO = "go"
    PYTHON = "python"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    RUST = "rust"
    JAVA = "java"
    CPP = "cpp"
    C = "c"


class EnvVar(Model):
    name: Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] = Field(
        description="Name of the variable."
    )
    value: Text = Field(default="", description="Its value, as it stands: nothing is expanded.")


class PolicyRef(Model):
    name: Name = Field(description="Name of a SandboxPolicy in the same namespace.")


class SourceFile(Model):
    """A file of the program: source or data."""

    model_config = checks(
        ("has(self.content) != has(self.contentBase64)", "a file has either content or contentBase64, not both"),
    )

    path: Path = Field(description="Path in the program's folder, like `util/text.py`.")
    content: Input | None = Field(default=None, description="Its content as text.")
    content_base64: Input | None = Field(default=None, description="Its content as bytes, in base64.")


class Limits(Model):
    """Less than the policy gives, never more."""

    model_config = checks(
        (
            "!has(self.memory) || quantity(self.memory).compareTo(quantity('32Mi')) >= 0",
            "memory must be at least 32Mi: the runner and an interpreter need that much",
        ),
    )

    memory: MemoryQuantity | None = Field(default=None, description="Memory, like 256Mi; at least 32Mi.")
    cpu: CpuQuantity | None = Field(default=None, description='CPU in cores, like "1" or 500m.')
    cpu_time_seconds: Seconds | None = Field(default=None, description="CPU time of all its processes together.")
    processes: Processes | None = Field(
        default=None, description="Processes alive at once; one with many threads counts as one."
    )
    output_bytes: OutputBytes | None = Field(
        default=None, description="Bytes kept of each of standard output and standard error, head and tail."
    )
    max_output_bytes: MaxOutputBytes | None = Field(
        default=None, description="Bytes of both streams together at which the run is ended."
    )
    disk_bytes: DiskBytes | None = Field(
        default=None, description="Bytes of files it may write; they are in memory and count there too."
    )


class ItemLimits(Model):
    """Less than the whole run has, never more."""

    model_config = checks(
        (
            "!has(self.memory) || quantity(self.memory).compareTo(quantity('32Mi')) >= 0",
            "memory must be at least 32Mi",
        ),
    )

    memory: MemoryQuantity | None = Field(default=None, description="Memory, like 128Mi.")
    cpu_time_seconds: Seconds | None = Field(default=None, description="CPU time of all its processes together.")
    processes: Processes | None = Field(default=None, description="Processes alive at once.")
    max_output_bytes: MaxOutputBytes | None = Field(
        default=None, description="Bytes of both streams together at which the item is ended."
    )
    disk_bytes: DiskBytes | None = Field(default=None, description="Bytes of files it may write.")


class Access(Model):
    """What is shut unless it is asked for here and the policy allows it."""

    network: bool = Field(default=False, description="Sockets, and the way out of the cluster.")
    filesystem: bool = Field(default=False, description="Writing files in its own folder and /tmp.")
    commands: bool = Field(default=False, description="Executing other programs.")


class BatchItem(Model):
    """One more run in the same sandbox; what is left out is taken from the whole."""

    model_config = checks(
        ("!(has(self.code) && has(self.files))", "an item has either code or files, not both"),
        ("!has(self.outputMatch) || has(self.expectedOutput)", "outputMatch needs expectedOutput"),
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]*)$")] = (
        Field(description="Name of the item, unique in the batch.")
    )
    code: Code | None = Field(default=None, description="Source text, if it is another program.")
    files: Annotated[tuple[SourceFile, ...], Field(max_length=MAX_FILES)] | None = Field(
        default=None, description="Files, if it is another program."
    )
    entrypoint: Path | None = Field(default=None, description="The file that is started, if it has files of its own.")
    args: Annotated[tuple[Text, ...], Field(max_length=64)] | None = Field(default=None, description="Arguments.")
    stdin: Input | None = Field(default=None, description="Standard input.")
    timeout_seconds: Seconds | None = Field(default=None, description="Wall clock for this item.")
    limits: ItemLimits | None = Field(default=None, description="Limits of this item.")
    expected_output: Input | None = Field(
        default=None, description="What it has to print; it never enters the sandbox."
    )
    output_match: Literal["Exact", "IgnoreWhitespace"] | None = Field(
        default=None,
        description="How that is compared: byte by byte (the default), or word by word.",
    )


class ExecutionSpec(Model):
    """What runs. Only `cancel` and `ttlSecondsAfterFinished` may change; a rerun is a new object."""

    language: Language = Field(description="Language of the program.")
    code: Code | None = Field(
        default=None, description="Source text of a program of one file, at most 102,400 bytes as UTF-8."
    )
    files: Annotated[tuple[SourceFile, ...], Field(max_length=MAX_FILES)] | None = Field(
        default=None, description="Files of the program, in place of `code`; each at most 102,400 bytes."
    )
    entrypoint: Path | None = Field(
        default=None, description="Which of the files is started; the language's main file when left out."
    )
    args: tuple[Text, ...] = Field(default=(), max_length=64, description="Arguments of the program.")
    stdin: Annotated[str, StringConstraints(max_length=MAX_STDIN_CHARS)] = Field(
        default="", description="What the program reads on its standard input."
    )
    env: tuple[EnvVar, ...] = Field(
        default=(), max_length=64, description="Environment of the program, over PATH, HOME and LANG."
    )
    batch: Annotated[tuple[BatchItem, ...], Field(max_length=MAX_BATCH)] = Field(
        default=(), description="Runs that go one after another in the one sandbox, in place of the one run."
    )
    timeout_seconds: Seconds | None = Field(
        default=None, description="Wall clock for the run; the policy's default when left out."
    )
    limits: Limits | None = Field(default=None, description="Limits of the run.")
    access: Access = Field(default=Access(), description="What the program may reach.")
    artifacts: Annotated[tuple[Path, ...], Field(max_length=16)] = Field(
        default=(), description="Globs of files to bring back, like `out/*.png` or `**/*.csv`."
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
