"""The command line on files in a folder of the test's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from typer.testing import CliRunner, Result

from codeexec.cli import validate
from codeexec.cli.main import app
from codeexec.validation.check import handle

Run = Callable[..., Result]


class Here:
    """Answers as the pool's workers do, without starting one each time: the real pool has its own test."""

    def __init__(self, workers: int) -> None:
        assert workers == 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def check(self, request: bytes, *, key: object, policy: bytes) -> bytes:
        assert key
        return handle(policy, request)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("validate", "a.py", files={"a.py": "..."})`: the files are written, then the command runs beside them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(validate, "ValidatorPool", Here)

    def invoke(*arguments: str, files: dict[str, str | bytes] | None = None) -> Result:
        for name, content in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return CliRunner().invoke(app, arguments)

    return invoke


@pytest.fixture
def as_json(run: Run) -> Callable[..., dict[str, Any]]:
    def invoke(*arguments: str, files: dict[str, str | bytes] | None = None) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(run(*arguments, "--output", "json", files=files).stdout)
        return data

    return invoke
