"""Log lines: one JSON object each, whatever is logged."""

import json
import logging
import sys
from typing import Any

import pytest

from codeexec.logs import JsonFormatter


def line(message: str = "hello", *args: object, error: bool = False, **extra: Any) -> dict[str, Any]:
    info = sys.exc_info() if error else None
    record = logging.getLogger("codeexec.run").makeRecord(
        "codeexec.run", logging.WARNING, "file.py", 1, message, args, info, extra=extra
    )
    record.created = 1767322000.25
    text = JsonFormatter().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line() -> None:
    assert line("run %s", "finished", uid="u-1", seconds={"total": 0.5}) == {
        "time": "2026-01-02T02:46:40.250000+00:00",
        "level": "warning",
        "logger": "codeexec.run",
        "message": "run finished",
        "uid": "u-1",
        "seconds": {"total": 0.5},
    }


def test_hostile_text_stays_on_its_line() -> None:
    assert line("a\nb\x00\x1b[31m")["message"] == "a\nb\x00\x1b[31m"


def test_an_exception_is_told_in_full() -> None:
    try:
        [].pop()
    except IndexError:
        found = line(error=True)
    assert "IndexError: pop from empty list" in found["exception"]


def test_what_kopf_attaches_is_left_out() -> None:
    assert not {"settings", "k8s_ref", "k8s_skip"} & set(line(settings=object(), k8s_ref={}, k8s_skip=True))


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", ValueError("x")])
def test_what_is_no_json_is_told_as_text(value: object) -> None:
    assert line(odd=value)["odd"] == str(value)
