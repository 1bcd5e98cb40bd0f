"""CodeExecutions: made from a program and read as kubectl shows them."""

import secrets
import textwrap
from datetime import datetime
from functools import cached_property
from typing import Any

Object = dict[str, Any]

STAGES = ("accepted", "validated", "queued", "claimed", "ready", "delivered", "started", "finished", "reported")

TWO_SECONDS = """
    import time
    print("begun", flush=True)
    time.sleep(2)
    print("done")
"""
"""Long enough to be seen by a witness that looks twenty times a second."""

LONG = """
    import time
    print("begun", flush=True)
    time.sleep(300)
"""


def python(code: str, *, name: str = "", **spec: object) -> Object:
    """A CodeExecution of this program. What else stands in `spec` is given as it is called there."""
    return {
        "apiVersion": "codeexec.dev/v1alpha1",
        "kind": "CodeExecution",
        "metadata": {"name": name or f"run-{secrets.token_hex(4)}"},
        "spec": {"language": "python", "code": textwrap.dedent(code).lstrip("\n"), **spec},
    }


LANGUAGES = ("go", "python", "javascript", "typescript", "rust", "java", "cpp", "c")
UNCHECKED = {"profile": "off", "syntaxCheck": "off"}
"""For `languages.*.validation` of a policy. Sandboxes are tried with programs that no check would let pass."""


def policy(name: str = "default", *, ttl: int | None = None, **limits: object) -> Object:
    """A SandboxPolicy with these limits for Python, under which nothing is checked in any language."""
    languages: Object = {language: {"validation": UNCHECKED} for language in LANGUAGES}
    spec: Object = {"languages": {**languages, "python": {"limits": limits, "validation": UNCHECKED}}}
    if ttl is not None:
        spec["retention"] = {"ttlSecondsAfterFinished": ttl}
    return {
        "apiVersion": "codeexec.dev/v1alpha1",
        "kind": "SandboxPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


class Run:
    """One CodeExecution, at one moment."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.meta: Object = obj["metadata"]
        self.spec: Object = obj["spec"]
        self.status: Object = obj.get("status", {})

    def __repr__(self) -> str:
        shown = {key: value for key, value in self.status.items() if key not in ("output", "stderr", "conditions")}
        return f"<{self.name}: {shown} output={self.output[:300]!r} stderr={self.stderr[:600]!r}>"

    @property
    def name(self) -> str:
        return str(self.meta["name"])

    @property
    def uid(self) -> str:
        return str(self.meta["uid"])

    @property
    def reason(self) -> str:
        return str(self.status.get("reason", ""))

    @property
    def phase(self) -> str:
        return str(self.status.get("phase", ""))

    @property
    def exit_code(self) -> int | None:
        return self.status.get("exitCode")

    @property
    def output(self) -> str:
        return str(self.status.get("output", ""))

    @property
    def stderr(self) -> str:
        return str(self.status.get("stderr", ""))

    @property
    def message(self) -> str:
        return str(self.status.get("error", {}).get("message", ""))

    @cached_property
    def conditions(self) -> dict[str, str]:
        return {c["type"]: c["status"] for c in self.status.get("conditions", ())}

    @property
    def finished(self) -> bool:
        return self.conditions.get("Succeeded", "Unknown") != "Unknown"

    @cached_property
    def timeline(self) -> dict[str, datetime]:
        found = self.status.get("timeline", {})
        return {stage: datetime.fromisoformat(found[stage]) for stage in STAGES if stage in found}
