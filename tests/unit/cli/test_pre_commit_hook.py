"""The hook that repositories name in their .pre-commit-config.yaml."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from codeexec.cli.programs import HEADER, HEADERS
from codeexec.domain.languages import TOOLCHAINS
from tests.unit.cli.conftest import Run

ROOT = Path(__file__).parents[3]
TAGS = {"go", "python", "javascript", "ts", "tsx", "rust", "java", "c++", "c"}
"""What pre-commit calls files of the eight languages."""


@pytest.fixture
def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(only, dict)
    return only


def test_it_is_made_of_what_pre_commit_needs(hook: dict[str, Any]) -> None:
    assert (hook["id"], hook["language"]) == ("codeexec-validate", "python")
    assert set(hook["types_or"]) == TAGS
    assert hook["require_serial"], "all changed files of a language are one program"


def test_it_is_given_the_files_that_the_command_knows(hook: dict[str, Any]) -> None:
    known = {suffix for toolchain in TOOLCHAINS.values() for suffix in toolchain.suffixes} | {HEADER, *HEADERS}
    wanted = re.compile(hook["files"])
    assert [suffix for suffix in known if not wanted.search(f"src/a{suffix}")] == []
    assert [name for name in ("script", "a.pyi", "a.yaml", "a.json", "ago", "a.css") if wanted.search(name)] == []


@pytest.mark.parametrize(("code", "ends"), [("print(1)\n", 0), ("import socket\n", 1)])
def test_its_entry_runs(run: Run, hook: dict[str, Any], code: str, ends: int) -> None:
    command, *arguments = hook["entry"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert command in scripts
    assert run(*arguments, "a.py", files={"a.py": code}).exit_code == ends
