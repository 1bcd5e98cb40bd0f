"""Why a run may not start: the rules of its policy, and what cannot be carried out at all. First failure wins."""

from collections.abc import Iterator

from codeexec.domain.policy import EffectivePolicy, Refusal
from codeexec.domain.program import bad_glob, content_of, plan, problem, sources
from codeexec.domain.quantity import cpu_millis, memory_bytes
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import Reason
from codeexec.models.spec import ExecutionSpec
from codeexec.models.status import Violation

MAX_BATCH_SECONDS = 3600
"""Wall clock of all items of a batch together: a batch holds its slot all along."""


def refusal(execution: CodeExecution, policy: EffectivePolicy) -> Refusal | None:
    """The first rule that this execution breaks."""
    for rule in _RULES:
        for refused in rule(execution.spec, policy):
            return refused
    return None


def not_runnable(spec: ExecutionSpec, _policy: EffectivePolicy) -> Iterator[Refusal]:
    if why := problem(spec):
        yield _invalid(f"{why}.")


def code_too_large(spec: ExecutionSpec, policy: EffectivePolicy) -> Iterator[Refusal]:
    most = policy.allows.max_code_bytes
    for field, file in sources(spec):
        if (size := len(content_of(file))) > most:
            message = f"{field} is {size:,} bytes; policy {policy.applied.name} allows {most:,}."
            advice = "Make the program smaller, or divide it into several files."
            found = Violation(
                kind="size",
                rule="max-code-bytes",
                severity="critical",
                file=file.path,
                message=message,
                recommendation=advice,
            )
            yield Refusal(Reason.CODE_TOO_LARGE, f"{message} {advice}", (found,))


def timeout_too_long(spec: ExecutionSpec, policy: EffectivePolicy) -> Iterator[Refusal]:
    longest = policy.limits.max_timeout_seconds
    asked = [("spec", spec.timeout_seconds), *((f"spec.batch[{i.name}]", i.timeout_seconds) for i in spec.batch)]
    for where, seconds in asked:
        if seconds is not None and seconds > longest:
            yield _invalid(
                f"{where}.timeoutSeconds is {seconds}; policy {policy.applied.name} allows {longest}. Ask for less, or "
                "for a policy with a larger maxTimeoutSeconds."
            )
    if spec.batch:
        total = sum(item.timeout_seconds or policy.limits.timeout_seconds for item in plan(spec).items)
        if total > MAX_BATCH_SECONDS:
            yield _invalid(
                f"the items of spec.batch may take {total} s together; {MAX_BATCH_SECONDS} are allowed. Give them a "
                "smaller timeoutSeconds, or make two batches."
            )


def limit_too_high(spec: ExecutionSpec, policy: EffectivePolicy) -> Iterator[Refusal]:
    """A run may ask for less than the policy gives, an item for less than the run."""
    given, asked = policy.limits, spec.limits
    wants = {"memory": given.memory, "cpu": given.cpu} | {
        name: getattr(given, name)
        for name in ("cpu_time_seconds", "processes", "output_bytes", "max_output_bytes", "disk_bytes")
    }
    for name, most in wants.items():
        if asked and (value := getattr(asked, name)) is not None:
            if _amount(name, value) > _amount(name, most):
                yield _invalid(
                    f"spec.limits.{_camel(name)} is {value}; policy {policy.applied.name} gives {most}. Ask for less."
                )
            wants[name] = value
    for item in spec.batch:
        for name, most in wants.items():
            value = getattr(item.limits, name, None)
            if value is not None and _amount(name, value) > _amount(name, most):
                yield _invalid(
                    f"spec.batch[{item.name}].limits.{_camel(name)} is {value}; the run has {most}. Ask for less."
                )


def access_not_allowed(spec: ExecutionSpec, policy: EffectivePolicy) -> Iterator[Refusal]:
    access, allows = spec.access, policy.allows
    for field, asked, allowed, switch in (
        ("network", access.network, allows.allow_network_access, "allowNetworkAccess"),
        ("filesystem", access.filesystem, allows.allow_file_system_access, "allowFileSystemAccess"),
        ("commands", access.commands, allows.allow_external_commands, "allowExternalCommands"),
    ):
        if asked and not allowed:
            yield _invalid(
                f"spec.access.{field} is true; policy {policy.applied.name} does not allow it. Leave it out, or use a "
                f"policy with validation.{switch}: true."
            )


def bad_artifacts(spec: ExecutionSpec, _policy: EffectivePolicy) -> Iterator[Refusal]:
    for number, glob in enumerate(spec.artifacts):
        if why := bad_glob(glob):
            yield _invalid(f"spec.artifacts[{number}] is {glob[:200]!r}, which {why}.")
    if spec.artifacts and not spec.access.filesystem:
        yield _invalid("spec.artifacts needs spec.access.filesystem: true; without it a program cannot write files.")


def nul_in_arguments(spec: ExecutionSpec, _policy: EffectivePolicy) -> Iterator[Refusal]:
    """The kernel ends an argument and a variable at its first NUL; the runner refuses, and would get the blame."""
    fields = [("spec.args", spec.args), ("spec.env", [variable.value for variable in spec.env])]
    fields += [(f"spec.batch[{item.name}].args", item.args or ()) for item in spec.batch]
    for field, texts in fields:
        for number, text in enumerate(texts):
            if "\0" in text:
                yield _invalid(f"{field}[{number}] contains a NUL character, which no program can be given.")


def _invalid(message: str) -> Refusal:
    return Refusal(Reason.INVALID_SPEC, message)


def _amount(name: str, value: str | int) -> int:
    if isinstance(value, int):
        return value
    return memory_bytes(value) if name == "memory" else cpu_millis(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_RULES = (
    not_runnable,
    code_too_large,
    timeout_too_long,
    limit_too_high,
    access_not_allowed,
    bad_artifacts,
    nul_in_arguments,
)
