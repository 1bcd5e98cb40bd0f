"""Which policy applies to a run, and what it comes to. A policy states what it wants to differ; the rest is here."""

from dataclasses import dataclass

from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.quantity import memory_bytes
from codeexec.models.execution import CodeExecution
from codeexec.models.policy import LanguagePolicy, LanguageValidation, SandboxPolicy, Validation
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language, Limits
from codeexec.models.status import AppliedPolicy, CompileLimits, EffectiveLimits, Violation

DEFAULT_POLICY = "default"
BUILT_IN = AppliedPolicy(name="built-in", generation=0)


@dataclass(frozen=True, slots=True)
class Defaults:
    """Limits of one language, none left open."""

    memory: str
    cpu_time_seconds: int
    processes: int
    timeout_seconds: int = 30
    max_timeout_seconds: int = 300
    cpu: str = "1"
    output_bytes: int = 65_536
    max_output_bytes: int = 16 << 20
    disk_bytes: int = 64 << 20
    compile_memory: str = ""
    """Empty: like `memory`."""
    compile_timeout_seconds: int = 30


DEFAULTS = {  # memory, CPU time and processes: the guide's table
    Language.GO: Defaults("512Mi", cpu_time_seconds=30, processes=10),
    Language.PYTHON: Defaults("512Mi", cpu_time_seconds=30, processes=5),
    Language.JAVASCRIPT: Defaults("256Mi", cpu_time_seconds=20, processes=5),
    Language.TYPESCRIPT: Defaults("256Mi", cpu_time_seconds=20, processes=5),
    Language.RUST: Defaults("1Gi", cpu_time_seconds=60, processes=10, timeout_seconds=60),
    Language.JAVA: Defaults("1Gi", cpu_time_seconds=45, processes=10, timeout_seconds=45),
    Language.CPP: Defaults("512Mi", cpu_time_seconds=30, processes=5),
    Language.C: Defaults("256Mi", cpu_time_seconds=20, processes=5),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a run may not start; final."""

    reason: Reason
    message: str
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """A policy with every blank filled in, for one language."""

    applied: AppliedPolicy
    language: Language
    limits: Defaults
    allows: Validation
    checks: LanguageValidation
    ttl_seconds: int
    uid: str = ""
    """Of the SandboxPolicy; empty for the built-in one."""

    @property
    def version(self) -> tuple[str, int]:
        """Two with the same one say the same of every language."""
        return self.uid, self.applied.generation

    @property
    def checks_nothing(self) -> bool:
        """Of the code: there is nothing that could be found."""
        own = self.checks
        lists = own.allowed_imports or own.blocked_imports or self.allows.blocked_patterns
        return own.profile == "off" and own.syntax_check == "off" and not lists


def effective(policy: SandboxPolicy | None, language: Language) -> EffectivePolicy:
    """`policy` over the built-in defaults; None is the built-in policy."""
    defaults = DEFAULTS[language]
    if policy is None:
        return EffectivePolicy(BUILT_IN, language, defaults, Validation(), LanguageValidation(), ttl_seconds=0)
    spec = policy.spec
    whole: LanguagePolicy = getattr(spec.languages, language.value)
    stated = whole.limits
    longest = stated.max_timeout_seconds or max(defaults.max_timeout_seconds, stated.timeout_seconds or 0)
    limits = Defaults(
        memory=stated.memory or defaults.memory,
        cpu=stated.cpu or defaults.cpu,
        timeout_seconds=min(stated.timeout_seconds or defaults.timeout_seconds, longest),
        max_timeout_seconds=longest,
        cpu_time_seconds=stated.cpu_time_seconds or defaults.cpu_time_seconds,
        processes=stated.processes or defaults.processes,
        output_bytes=stated.output_bytes or defaults.output_bytes,
        max_output_bytes=stated.max_output_bytes or defaults.max_output_bytes,
        disk_bytes=stated.disk_bytes or defaults.disk_bytes,
        # A compiler needs what it needs: a policy that gives programs little does not make C++ impossible.
        compile_memory=stated.compile.memory or defaults.memory,
        compile_timeout_seconds=stated.compile.timeout_seconds or defaults.compile_timeout_seconds,
    )
    meta = policy.metadata
    applied = AppliedPolicy(name=meta.name, generation=meta.generation, require=spec.isolation.require)
    ttl = spec.retention.ttl_seconds_after_finished
    return EffectivePolicy(applied, language, limits, spec.validation, whole.validation, ttl, meta.uid)


def effective_limits(execution: CodeExecution, policy: EffectivePolicy) -> EffectiveLimits:
    """What this run is given; `refusal` has been asked before."""
    given, asked = policy.limits, execution.spec.limits or Limits()
    memory = asked.memory or given.memory
    return EffectiveLimits(
        memory=memory,
        cpu=asked.cpu or given.cpu,
        timeout_seconds=execution.spec.timeout_seconds or given.timeout_seconds,
        cpu_time_seconds=asked.cpu_time_seconds or given.cpu_time_seconds,
        processes=asked.processes or given.processes,
        output_bytes=asked.output_bytes or given.output_bytes,
        max_output_bytes=asked.max_output_bytes or given.max_output_bytes,
        # Files are memory: a quarter of it, so that both volumes full leave room for the program.
        disk_bytes=min(asked.disk_bytes or given.disk_bytes, memory_bytes(memory) // 4),
        compile=CompileLimits(
            timeout_seconds=given.compile_timeout_seconds, memory=given.compile_memory or given.memory
        )
        if TOOLCHAINS[policy.language].compile
        else None,
    )
