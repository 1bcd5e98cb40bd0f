"""SandboxPolicy: what is allowed and how much, in one namespace."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from codeexec.models.base import Model
from codeexec.models.conditions import Condition
from codeexec.models.spec import (
    CpuQuantity,
    DiskBytes,
    Language,
    MaxOutputBytes,
    MemoryQuantity,
    OutputBytes,
    Processes,
    Seconds,
    Text,
    Word,
    checks,
)

Defence = Literal["Seccomp", "Landlock"]
Severity = Literal["critical", "high", "medium", "low", "info"]
Profile = Literal["strict", "standard", "off"]
SyntaxCheck = Literal["reject", "warn", "off"]
ImportName = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[^\s*]+\*?$")]
"""As programs of the language write it: `os.path`, `net/http`, `std::process`, `sys/socket.h`."""


class CompileLimits(Model):
    """What the compiler of a compiled language may use, in the same sandbox."""

    model_config = checks(
        (
            "!has(self.memory) || quantity(self.memory).compareTo(quantity('32Mi')) >= 0",
            "memory must be at least 32Mi",
        ),
    )

    timeout_seconds: Seconds | None = Field(default=None, description="Wall clock.")
    memory: MemoryQuantity | None = Field(
        default=None, description="Memory; the sandbox gets the larger of this and what the run may use."
    )


class LanguageLimits(Model):
    """What one run may use. A limit left out is the built-in one (docs/policies.md)."""

    model_config = checks(
        (
            "!has(self.memory) || quantity(self.memory).compareTo(quantity('32Mi')) >= 0",
            "memory must be at least 32Mi: the runner and an interpreter need that much",
        ),
        (
            "!has(self.timeoutSeconds) || !has(self.maxTimeoutSeconds)"
            " || self.timeoutSeconds <= self.maxTimeoutSeconds",
            "timeoutSeconds must not be above maxTimeoutSeconds",
        ),
    )

    memory: MemoryQuantity | None = Field(default=None, description="Memory of the sandbox, like 512Mi; at least 32Mi.")
    cpu: CpuQuantity | None = Field(default=None, description='CPU of the sandbox in cores, like "1" or 500m.')
    timeout_seconds: Seconds | None = Field(default=None, description="Wall clock for a run that asks for none.")
    max_timeout_seconds: Seconds | None = Field(default=None, description="The most a run may ask for.")
    cpu_time_seconds: Seconds | None = Field(default=None, description="CPU time of all processes together.")
    processes: Processes | None = Field(
        default=None, description="Processes alive at once; one with many threads counts as one."
    )
    output_bytes: OutputBytes | None = Field(
        default=None, description="Bytes kept of each of standard output and standard error, head and tail."
    )
    max_output_bytes: MaxOutputBytes | None = Field(
        default=None, description="Bytes of both streams together at which a run is ended."
    )
    disk_bytes: DiskBytes | None = Field(
        default=None, description="Bytes of files a run may write; they are in memory and count there too."
    )
    compile: CompileLimits = Field(default=CompileLimits(), description="Limits of the compiler.")


class LanguageValidation(Model):
    profile: Profile = Field(
        default="strict",
        description="Which built-in rules hold. strict: whatever reaches outside of the program. standard: starting "
        "programs, the network, and ways around the checks. off: none.",
    )
    allowed_imports: Annotated[tuple[ImportName, ...], Field(max_length=500)] = Field(
        default=(), description="When there are any, nothing else may be imported but the program's own files."
    )
    blocked_imports: Annotated[tuple[ImportName, ...], Field(max_length=500)] = Field(
        default=(), description="May not be imported, whatever else is allowed."
    )
    syntax_check: SyntaxCheck = Field(
        default="reject",
        description="What a syntax error does. In C and C++ it is never more than a warning: the compiler decides.",
    )


class LanguagePolicy(Model):
    limits: LanguageLimits = Field(default=LanguageLimits(), description="Limits of one run.")
    validation: LanguageValidation = Field(
        default=LanguageValidation(), description="How programs are checked before they run."
    )


class Languages(Model):
    go: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for Go.")
    python: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for Python.")
    javascript: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for JavaScript.")
    typescript: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for TypeScript.")
    rust: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for Rust.")
    java: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for Java.")
    cpp: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for C++.")
    c: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for C.")


class BlockedPattern(Model):
    """Something that no program may contain."""

    model_config = checks(
        (
            "[has(self.pattern), has(self.reference), has(self.construct)].filter(x, x).size() == 1",
            "exactly one of pattern, reference and construct",
        ),
    )

    pattern: Annotated[str, StringConstraints(min_length=1, max_length=512)] | None = Field(
        default=None, description="A regular expression as RE2 has them."
    )
    reference: ImportName | None = Field(
        default=None, description="A name as it is after aliases, like os.system; `os.*` is everything beneath."
    )
    named: Word | None = Field(
        default=None, alias="construct", description="One of the named constructs, like inline-asm."
    )
    scope: Literal["code", "strings", "comments", "raw"] = Field(
        default="code", description="Where a pattern is looked for."
    )
    languages: Annotated[tuple[Language, ...], Field(max_length=8)] = Field(
        default=(), description="In which languages; in all when it is left out."
    )
    severity: Severity = Field(default="high", description="Whether it rejects a program: see failOn.")
    description: Text = Field(default="", description="What is wrong about it; stands in the run's status.")
    recommendation: Text = Field(default="", description="What to do instead; likewise.")


class Validation(Model):
    """What a program may contain, and what it may ask for in `spec.access`."""

    fail_on: Severity = Field(
        default="medium", description="Findings of this severity and above reject a program, others are warnings."
    )
    max_code_bytes: Annotated[int, Field(ge=1, le=102_400)] = Field(
        default=102_400, description="Most bytes of one source file."
    )
    blocked_patterns: Annotated[tuple[BlockedPattern, ...], Field(max_length=64)] = Field(
        default=(), description="What no program may contain, besides the built-in rules."
    )
    allow_network_access: bool = Field(default=False, description="Whether a run may ask for the network.")
    allow_file_system_access: bool = Field(default=False, description="Whether a run may ask to write files.")
    allow_external_commands: bool = Field(default=False, description="Whether a run may ask to execute programs.")


class Isolation(Model):
    require: Annotated[tuple[Defence, ...], Field(max_length=2)] = Field(
        default=(),
        description="Defences inside the sandbox without which nothing starts; else a node that lacks one is "
        "only reported in the run's status.",
    )


class Retention(Model):
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=604_800)] = Field(
        default=0, description="How long the Pod of a finished run is kept, for a run that does not say."
    )


class PolicySpec(Model):
    """What runs of this namespace may use. Whatever is left out is the built-in value."""

    languages: Languages = Field(default=Languages(), description="What holds for each language.")
    validation: Validation = Field(default=Validation(), description="What a program may do.")
    isolation: Isolation = Field(default=Isolation(), description="What has to hold it.")
    retention: Retention = Field(default=Retention(), description="How long leftovers stay.")


class PolicyStatus(Model):
    """Whether it can be used."""

    observed_generation: int = Field(default=0, description="Generation of spec that this status is about.")
    conditions: tuple[Condition, ...] = Field(
        default=(), max_length=8, description="Ready; and Stalled, which kstatus reads, when it cannot be used."
    )


class PolicyMetadata(Model):
    namespace: str
    name: str
    uid: str = ""
    generation: int = 1
    resource_version: str = ""


class SandboxPolicy(Model):
    """What is allowed, and how much. The one called `default` applies to all runs that name no other."""

    metadata: PolicyMetadata
    spec: PolicySpec = PolicySpec()
