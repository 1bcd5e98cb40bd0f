"""How a program of each language is laid out and started inside its sandbox."""

from typing import Any

from codeexec.models.execution import CodeExecution, EffectiveLimits, Language

TASKS = 64
"""RLIMIT_NPROC of the program: a backstop against fork bombs, it counts threads. Python with its thread pools fits."""

_MAIN = {Language.PYTHON: "main.py"}
# -u: what was printed before a kill is not lost in a buffer. -B: nothing to cache for, the workspace dies with the run.
_COMMAND = {Language.PYTHON: ("/usr/bin/python3", "-u", "-B", "main.py")}


def job(execution: CodeExecution, limits: EffectiveLimits) -> dict[str, Any]:
    """The runner's job (docs/runner-protocol.md, version 1)."""
    spec = execution.spec
    return {
        "v": 1,
        "id": execution.metadata.uid,
        "argv": [*_COMMAND[spec.language], *spec.args],
        "files": [{"path": _MAIN[spec.language], "content": spec.code}],
        "stdin": spec.stdin,
        "env": {variable.name: variable.value for variable in spec.env},
        "limits": {
            "wallMs": limits.timeout_seconds * 1000,
            "outputBytes": limits.output_bytes,
            "tasks": TASKS,
        },
        "gate": "join",
    }
