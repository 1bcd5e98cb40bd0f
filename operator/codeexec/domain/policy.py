"""Which policy applies to a run, and what it comes to. A policy states what it wants to differ; the rest is here."""

from dataclasses import dataclass

from codeexec.models.execution import AppliedPolicy, CodeExecution, EffectiveLimits, Language
from codeexec.models.policy import LanguageLimits, SandboxPolicy
from codeexec.models.reasons import Reason

DEFAULT_POLICY = "default"
BUILT_IN = AppliedPolicy(name="built-in", generation=0)
MAX_CODE_BYTES = 102_400
"""UTF-8 bytes of one program (the guide's 100 KB)."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """The guide's table, for one language."""

    memory: str
    cpu: str = "1"
    timeout_seconds: int = 30
    max_timeout_seconds: int = 300
    output_bytes: int = 65_536


DEFAULTS = {Language.PYTHON: Defaults(memory="512Mi")}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run may not start; final."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """A policy with every blank filled in, for one language."""

    applied: AppliedPolicy
    limits: Defaults
    ttl_seconds: int


def effective(policy: SandboxPolicy | None, language: Language) -> EffectivePolicy:
    """`policy` over the built-in defaults; None is the built-in policy."""
    defaults = DEFAULTS[language]
    if policy is None:
        return EffectivePolicy(BUILT_IN, defaults, ttl_seconds=0)
    stated: LanguageLimits = getattr(policy.spec.languages, language.value).limits
    longest = stated.max_timeout_seconds or max(defaults.max_timeout_seconds, stated.timeout_seconds or 0)
    limits = Defaults(
        memory=stated.memory or defaults.memory,
        cpu=stated.cpu or defaults.cpu,
        timeout_seconds=min(stated.timeout_seconds or defaults.timeout_seconds, longest),
        max_timeout_seconds=longest,
        output_bytes=stated.output_bytes or defaults.output_bytes,
    )
    applied = AppliedPolicy(name=policy.metadata.name, generation=policy.metadata.generation)
    return EffectivePolicy(applied, limits, policy.spec.retention.ttl_seconds_after_finished)


def effective_limits(execution: CodeExecution, policy: EffectivePolicy) -> EffectiveLimits:
    """What this run is given; `refusal` has been asked before."""
    return EffectiveLimits(
        memory=policy.limits.memory,
        cpu=policy.limits.cpu,
        timeout_seconds=execution.spec.timeout_seconds or policy.limits.timeout_seconds,
        output_bytes=policy.limits.output_bytes,
    )


def refusal(execution: CodeExecution, policy: EffectivePolicy) -> Refusal | None:
    """The first rule of the policy that this execution breaks."""
    for rule in (code_too_large, timeout_too_long, nul_in_arguments):
        if refused := rule(execution, policy):
            return refused
    return None


def code_too_large(execution: CodeExecution, _policy: EffectivePolicy) -> Refusal | None:
    size = len(execution.spec.code.encode())
    if size <= MAX_CODE_BYTES:
        return None
    return Refusal(
        Reason.CODE_TOO_LARGE,
        f"spec.code is {size:,} bytes; at most {MAX_CODE_BYTES:,} are allowed. Make the program smaller.",
    )


def timeout_too_long(execution: CodeExecution, policy: EffectivePolicy) -> Refusal | None:
    asked, longest = execution.spec.timeout_seconds, policy.limits.max_timeout_seconds
    if asked is None or asked <= longest:
        return None
    return Refusal(
        Reason.INVALID_SPEC,
        f"spec.timeoutSeconds is {asked}; policy {policy.applied.name} allows {longest}. Ask for less, or for a policy "
        "with a larger maxTimeoutSeconds.",
    )


def nul_in_arguments(execution: CodeExecution, _policy: EffectivePolicy) -> Refusal | None:
    """The kernel ends an argument and a variable at its first NUL; the runner refuses, and would get the blame."""
    spec = execution.spec
    for field, texts in (("args", spec.args), ("env", [variable.value for variable in spec.env])):
        for number, text in enumerate(texts):
            if "\0" in text:
                where = f"spec.{field}[{number}]"
                return Refusal(Reason.INVALID_SPEC, f"{where} contains a NUL character, which no program can be given.")
    return None
