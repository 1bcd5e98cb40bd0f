"""Lines of the runner's record: one by one, and as hypothesis makes them up, with anything in them and in any order."""

import base64
from typing import Any

import orjson
from hypothesis import strategies as st

from codeexec.domain.reader import RecordReader
from tests.unit.domain.examples import UID, end_line, result_line

READY = {"type": "ready", "v": 2, "runner": "0.2.0"}
START = {"type": "start", "id": UID, "at": "2026-01-02T03:04:05.100001Z"}
NO_JOB = {"type": "error", "code": "no-job", "message": "stdin ended"}


def step_line(step: int = 0, kind: str = "run", of: int = 0) -> dict[str, Any]:
    return {"type": "step", "step": step, "kind": kind, "of": of, "at": "2026-01-02T03:04:05.100002Z"}


def chunk(data: bytes, at: int, stream: str = "stdout", step: int = 0) -> dict[str, Any]:
    return {"type": stream, "step": step, "at": at, "data": base64.b64encode(data).decode()}


def artifact(data: bytes, at: int = 0, path: str = "out.txt", **changes: Any) -> dict[str, Any]:
    about = {"type": "artifact", "of": 0, "path": path, "bytes": 4, "sha256": "0" * 64, "at": at}
    return {**about, "data": base64.b64encode(data).decode(), **changes}


def skipped(path: str = "link", why: str = "not-regular") -> dict[str, Any]:
    return {"type": "skipped", "of": 0, "path": path, "why": why}


def read(*lines: dict[str, Any] | bytes) -> RecordReader:
    reader = RecordReader(UID)
    for line in lines:
        reader.feed(line if isinstance(line, bytes) else orjson.dumps(line))
    return reader


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
DATA = st.binary(max_size=40).map(lambda raw: base64.b64encode(raw).decode())
TIMES = st.sampled_from(
    ["2026-01-02T03:04:05Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", 0, 1e11, 1.5]
)
NUMBERS = st.integers(-1, 6) | st.sampled_from([99, 199, 200, 2**53])
HEX = st.sampled_from(["", "0" * 64, "f" * 64, "0" * 63])
_FIELDS = {
    "ready": {},
    "start": {"id": st.sampled_from([UID, UID, "another"]), "at": TIMES},
    "step": {"step": NUMBERS, "kind": st.sampled_from(["run", "compile"]), "of": NUMBERS, "at": TIMES},
    "stdout": {"step": NUMBERS, "at": NUMBERS, "data": DATA},
    "stderr": {"step": NUMBERS, "at": NUMBERS, "data": DATA},
    "artifact": {
        "of": NUMBERS,
        "path": st.text(st.characters(codec="utf-8"), max_size=8),
        "bytes": NUMBERS,
        "sha256": HEX,
        "at": NUMBERS,
        "data": DATA,
    },
    "skipped": {"of": NUMBERS, "path": st.text(max_size=4), "why": st.sampled_from(["too-many", "unreadable"])},
    "error": {"code": st.sampled_from(["no-job", "bad-job", "broken", "not-isolated"]), "message": st.text()},
}
_ENDS = st.fixed_dictionaries(
    {"step": NUMBERS, "of": NUMBERS, "kind": st.sampled_from(["run", "compile"])},
    optional={
        "cause": st.sampled_from(["exit", "memory", "timeout", "cpu", "processes", "output", "disk"]),
        "exitCode": NUMBERS,
        "signal": st.sampled_from(["", "KILL", "RTMIN+3"]),
        "startedAt": TIMES,
        "finishedAt": TIMES,
        "stdoutBytes": NUMBERS,
        "stdoutSha256": HEX,
        "wallMs": st.floats(-1, 2**53),
        "cpuMs": st.floats(-1, 2**53),
        "peakMemoryBytes": NUMBERS,
    },
).map(lambda changes: end_line(**changes))
_RESULTS = st.fixed_dictionaries(
    {"steps": NUMBERS}, optional={"ends": st.lists(_ENDS, max_size=3), "network": st.sampled_from(["shut", "open"])}
).map(lambda changes: result_line(**changes))


def _kind(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(name), **_FIELDS[name]})


PROPER = st.one_of(*map(_kind, _FIELDS), *[_ENDS] * 3, _RESULTS)
"""Lines that a runner could write, were it not for their order and their numbers."""
SPOILT = st.tuples(PROPER, st.dictionaries(st.sampled_from(["type", "step", "of", "at", "data", "id"]), ANYTHING)).map(
    lambda pair: pair[0] | pair[1]
)
LINES = st.lists(st.one_of(*[PROPER] * 6, SPOILT), max_size=25)
