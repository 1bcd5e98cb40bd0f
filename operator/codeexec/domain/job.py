"""The runner's job (docs/runner-protocol.md): what is allowed becomes what the sandbox lets through."""

from datetime import timedelta
from typing import Any

from codeexec.domain.languages import BUILD, TOOLCHAINS, Toolchain
from codeexec.domain.limits import kept_output, of_item, sandbox_memory, scratch_bytes
from codeexec.domain.program import Item, Plan, Program, argument, plan
from codeexec.domain.quantity import memory_bytes
from codeexec.models.execution import CodeExecution
from codeexec.models.spec import Access, ExecutionSpec, SourceFile
from codeexec.models.status import MAX_ARTIFACTS, AppliedPolicy, EffectiveLimits

ARTIFACT_BYTES = 786_432
"""Of all artifacts of an execution together: what one ConfigMap takes, with room to spare."""
COMPILE_PROCESSES = 64
COMPILE_OUTPUT_BYTES = 16_384
STEP_SECONDS = 1
"""What a step after the first may take besides: putting the folder in order, ending what the one before left behind."""
_TMP = "/tmp"  # noqa: S108 the sandbox's own
_NETWORK_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/ssl", "/etc/gai.conf")


def job(execution: CodeExecution, limits: EffectiveLimits, policy: AppliedPolicy) -> dict[str, Any]:
    """`limits` and `policy` as the claim fixed them."""
    spec, toolchain = execution.spec, TOOLCHAINS[execution.spec.language]
    planned = plan(spec)
    kept = kept_output(limits, len(planned.items))
    return {
        "v": 2,
        "id": execution.metadata.uid,
        "programs": [
            _program(toolchain, program, limits, _folder(planned, number))
            for number, program in enumerate(planned.programs)
        ],
        "runs": [_run(spec, toolchain, planned.programs[item.program], item, limits, kept) for item in planned.items],
        "confine": confinement(toolchain, spec.access),
        "artifacts": {
            "globs": list(spec.artifacts),
            "maxFiles": MAX_ARTIFACTS,
            "maxBytes": ARTIFACT_BYTES,
        },
        "require": [name.lower() for name in policy.require],
        # A fresh Pod is not isolated at once: whoever may open sockets waits until the way into the cluster is shut.
        "gate": "first" if spec.access.network else "join",
    }


def wall_time(spec: ExecutionSpec, limits: EffectiveLimits) -> timedelta:
    """The longest that all steps together may take."""
    planned = plan(spec)
    compilations = [limits.compile.timeout_seconds] * len(planned.programs) if limits.compile else []
    steps = [*compilations, *(of_item(limits, item).timeout_seconds for item in planned.items)]
    return timedelta(seconds=sum(steps) + STEP_SECONDS * (len(steps) - 1))


def confinement(toolchain: Toolchain, access: Access) -> dict[str, Any]:
    """What a run may do: each access right opens what belongs to it, and nothing else."""
    return {
        "read": [*toolchain.read, *(_NETWORK_FILES if access.network else ())],
        "write": [".", _TMP] if access.filesystem else [],
        "execute": ["/usr", "."] if access.commands else [],
        "commands": access.commands,
        "network": access.network,
    }


def _folder(planned: Plan, number: int) -> str:
    return "." if len(planned.programs) == 1 else f"program-{number}"


def _file(file: SourceFile) -> dict[str, str]:
    if file.content is not None:
        return {"path": file.path, "content": file.content}
    return {"path": file.path, "base64": file.content_base64 or ""}


def _program(toolchain: Toolchain, program: Program, limits: EffectiveLimits, folder: str) -> dict[str, Any]:
    laid: dict[str, Any] = {"dir": folder, "files": [_file(file) for file in program.files]}
    if toolchain.compile and limits.compile:
        memory = memory_bytes(limits.compile.memory)
        laid["compile"] = {
            "argv": toolchain.compile(argument(program.entrypoint), program.sources(toolchain)),
            "env": {},
            "limits": {
                "wallMs": limits.compile.timeout_seconds * 1000,
                "cpuMs": limits.compile.timeout_seconds * 4000,
                "memoryBytes": memory if memory < sandbox_memory(limits) else 0,
                "processes": COMPILE_PROCESSES,
                "tasks": toolchain.tasks,
                "outputBytes": COMPILE_OUTPUT_BYTES,
                "maxOutputBytes": limits.max_output_bytes,
                "diskBytes": 2 * scratch_bytes(limits),
            },
            "confine": {
                "read": list(toolchain.read),
                "write": [BUILD, _TMP],
                "execute": ["/usr"],
                "commands": True,
                "network": False,
            },
        }
    return laid


def _run(
    spec: ExecutionSpec, toolchain: Toolchain, program: Program, item: Item, whole: EffectiveLimits, kept: int
) -> dict[str, Any]:
    limits = of_item(whole, item)
    memory = memory_bytes(limits.memory)
    return {
        "program": item.program,
        "argv": [*toolchain.start(argument(program.entrypoint), memory), *item.args],
        "stdin": item.stdin,
        "env": toolchain.env | {variable.name: variable.value for variable in spec.env},
        "digest": item.expected is not None,
        "limits": {
            "wallMs": limits.timeout_seconds * 1000,
            "cpuMs": limits.cpu_time_seconds * 1000,
            "memoryBytes": memory if memory < sandbox_memory(whole) else 0,
            "processes": limits.processes,
            "tasks": max(toolchain.tasks, 2 * limits.processes),
            "outputBytes": kept,
            "maxOutputBytes": limits.max_output_bytes,
            "diskBytes": limits.disk_bytes,
        },
    }
