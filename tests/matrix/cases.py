"""A program, what it is given, and where its file lies. What has to come of it is the tests' business."""

import functools
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.harness.kubectl import Object
from tests.harness.runs import UNCHECKED

PROGRAMS = Path(__file__).parent / "programs"
SUFFIXES = {
    "go": "go",
    "python": "py",
    "javascript": "js",
    "typescript": "ts",
    "rust": "rs",
    "java": "java",
    "cpp": "cpp",
    "c": "c",
}
LANGUAGES = tuple(SUFFIXES)
_SCRIPTS = ("python", "javascript")
EVERYTHING: Object = {
    "allowNetworkAccess": True,
    "allowFileSystemAccess": True,
    "allowExternalCommands": True,
}
"""For `validation` of a policy."""

_PATIENT: Object = {
    language: {"limits": {} if language in _SCRIPTS else {"compile": {"timeoutSeconds": 120}}, "validation": UNCHECKED}
    for language in SUFFIXES
}
"""A compiler shares two slow cores with nine other sandboxes."""


@functools.cache
def source(language: str, program: str) -> str:
    return (PROGRAMS / language / f"{program}.{SUFFIXES[language]}").read_text(encoding="utf-8")


def files(language: str, program: str) -> list[Object]:
    """Of a program that is a folder."""
    folder = PROGRAMS / language / program
    return [
        {"path": path.relative_to(folder).as_posix(), "content": path.read_text(encoding="utf-8")}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


@dataclass(frozen=True, eq=False)
class Case:
    """One CodeExecution. Its name is unique among all tests of the suite."""

    name: str
    language: str
    spec: Object
    policy: Object = field(default_factory=dict)
    """The spec of a SandboxPolicy of its own; else that of the namespace, which allows every access."""

    measured: bool = False
    """Whether its cgroup is looked at from outside."""

    def __str__(self) -> str:
        return self.name

    def manifests(self) -> list[Object]:
        spec = {"language": self.language, **self.spec}
        if not self.policy:
            return [_object("CodeExecution", self.name, spec)]
        languages = {
            self.language: {"validation": UNCHECKED, **self.policy.get("languages", {}).get(self.language, {})}
        }
        spec_of_policy = {"validation": EVERYTHING, **self.policy, "languages": languages}
        policy = _object("SandboxPolicy", self.name, spec_of_policy)
        return [policy, _object("CodeExecution", self.name, {**spec, "policyRef": {"name": self.name}})]


def default_policy() -> Object:
    return _object("SandboxPolicy", "default", {"validation": EVERYTHING, "languages": _PATIENT})


def of(*cases: Case) -> pytest.MarkDecorator:
    """The test judges these, one at a time; they have all been applied before the first test begins."""
    return pytest.mark.parametrize("case", cases, ids=str)


def _object(kind: str, name: str, spec: Object) -> Object:
    return {"apiVersion": "codeexec.dev/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}
