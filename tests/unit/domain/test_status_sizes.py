"""The largest that a status can become is still within its schema and within what etcd takes of one object.

Hostile output takes six bytes a character in the store, and everything that comes out of a sandbox may be that.
"""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeexec.domain import status
from codeexec.domain.artifacts import INLINE_BYTES, collect
from codeexec.domain.endings import Ending
from codeexec.domain.limits import SHARED_OUTPUT_BYTES, kept_output
from codeexec.domain.output import ETCD_BYTES, STATUS_BUDGET, other_bytes, room_beside, stored_bytes
from codeexec.domain.reader import KEEP_BYTES
from codeexec.domain.record import Captured, File, Skipped
from codeexec.domain.verdict import Verdict
from codeexec.models.reasons import Reason
from codeexec.models.spec import MAX_BATCH
from codeexec.models.status import ExecutionStatus, IsolationReport, Metrics
from tests.unit.domain.examples import COMPILED, NOW, claimed_status, execution, later, meta
from tests.unit.models.structural import ETCD_BYTES as ETCD_TAKES
from tests.unit.models.structural import problems, schema, stored

SCHEMA = schema("codeexecutions")["properties"]["status"]
HUGE = 2**53
METRICS = Metrics(
    execution_time_ms=HUGE,
    cpu_time_ms=HUGE,
    memory_used_bytes=HUGE,
    peak_processes=HUGE,
    output_bytes=2 * HUGE,
    compile_time_ms=HUGE,
)
BYTES = [b"<", b"\0", b"x", b"\xff", b"\n", "\N{GRINNING FACE}".encode()]
RUN = execution(access={"filesystem": True}, artifacts=["*"], batch=[{"name": f"i{n}"} for n in range(MAX_BATCH)])


def ending(byte: bytes, size: int, reason: Reason = Reason.OUTPUT_LIMIT_EXCEEDED) -> Ending:
    """As much of everything as there can be."""
    kept = Captured(((0, byte * (size // len(byte))), (HUGE - size, byte * (size // len(byte)))))
    return Ending(
        reason,
        byte.decode("utf-8", "replace") * 100_000,
        255,
        "RTMIN+64",
        stdout=kept,
        stderr=kept,
        stdout_bytes=HUGE,
        stderr_bytes=HUGE,
        metrics=METRICS,
    )


def worst(byte: bytes, items: int) -> Verdict:
    """Of a batch with this many items, or of one run for 0."""
    kept = kept_output(COMPILED.but(output_bytes=131_072), items) // 2 if items else KEEP_BYTES // 2
    said = replace(ending(byte, kept), broken="maxOutputBytes", message="x" * 150)
    parts = [(f"{number:063}", ending(byte, kept)) for number in range(items // 2)]
    parts += [(f"{number:063}", said) for number in range(items // 2, items)]
    return Verdict(
        replace(ending(byte, kept), ran=not items),
        items=tuple(parts),
        compiler=byte.decode("utf-8", "replace") * 32_768,
        files=tuple(file(byte, number) for number in range(40)),
        skipped=tuple(Skipped(of=0, path="<" * 1000 + str(number), why="too-large") for number in range(40)),
        isolation=IsolationReport(network="Denied", syscall_filter=True, landlock=1000, cgroup="none"),
        started=NOW,
        finished=later(1),
    )


def file(byte: bytes, number: int) -> File:
    data = byte * (INLINE_BYTES // 40 // len(byte))
    return File(0, f"{number:02}" + "<" * 1000, len(data), hashlib.sha256(data).hexdigest(), data)


def written(verdict: Verdict, spec: dict[str, Any], *, artifacts: bool = True) -> dict[str, Any]:
    """The object as it is stored with this verdict, next to a spec as large as the rest allows."""
    names = tuple(name for name, _ in verdict.items) or (None,)
    kept = collect(RUN, names, verdict.files, verdict.skipped).artifacts if artifacts else ()
    other = other_bytes(len(verdict.items), artifacts=bool(kept))
    before = claimed_status(limits=COMPILED)
    patch = status.finished(
        meta(),
        before,
        verdict,
        node="n" * 253,
        stages=dict.fromkeys(("queued", "ready", "delivered"), NOW),
        accepted=NOW,
        now=later(60),
        artifacts=kept,
        room=room_beside(spec, other),
    )
    found: dict[str, Any] = orjson.loads(orjson.dumps(patch["status"]))
    return found


@pytest.mark.parametrize("byte", BYTES)
@pytest.mark.parametrize("items", [0, 1, MAX_BATCH])
@pytest.mark.parametrize("artifacts", [False, True])
def test_the_worst_status_is_within_its_schema_and_its_budget(byte: bytes, items: int, artifacts: bool) -> None:  # noqa: FBT001
    found = written(worst(byte, items), {}, artifacts=artifacts)
    assert problems(SCHEMA, found, "status") == []
    assert ExecutionStatus.model_validate(found).finished
    assert stored(found) <= other_bytes(items, artifacts=artifacts) + STATUS_BUDGET


@pytest.mark.parametrize("byte", BYTES)
@pytest.mark.parametrize("items", [0, MAX_BATCH])
def test_the_worst_status_fits_beside_the_largest_spec_that_is_not_refused(byte: bytes, items: int) -> None:
    """One that leaves no more room is refused before it starts."""
    spec = "x" * (ETCD_BYTES - other_bytes(items, artifacts=True) - 2)
    found = written(worst(byte, items), {"spec": spec})
    assert problems(SCHEMA, found, "status") == []
    assert stored({"spec": spec, "status": found}) < ETCD_TAKES


@pytest.mark.parametrize("items", [0, MAX_BATCH])
def test_without_output_there_is_always_room(items: int) -> None:
    found = status.without_output({"status": written(worst(b"<", items), {})}, "<" * 5000)["status"]
    assert stored({name: value for name, value in found.items() if value is not None}) <= other_bytes(
        items, artifacts=True
    )


@given(
    items=st.integers(0, 6),
    pieces=st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=300)), max_size=4),
    message=st.text(max_size=300),
    scale=st.integers(1, 400),
    spec=st.integers(0, 1_400_000),
    total=st.integers(0, HUGE),
)
@settings(max_examples=40)
def test_whatever_comes_out_fits(
    items: int, pieces: list[tuple[int, bytes]], message: str, scale: int, spec: int, total: int
) -> None:
    kept = Captured(tuple((at * scale, data * scale) for at, data in pieces))
    one = Ending(Reason.WRONG_OUTPUT, message * scale, 0, stdout=kept, stderr=kept, stdout_bytes=total, stderr_bytes=0)
    verdict = Verdict(
        replace(one, ran=not items), tuple((f"i{n}", one) for n in range(items)), compiler=message * scale
    )
    spec = min(spec, ETCD_BYTES - other_bytes(items, artifacts=False) - 2)
    found = written(verdict, {"spec": "x" * spec})
    assert problems(SCHEMA, found, "status") == []
    assert stored_bytes(found) + spec < ETCD_TAKES


def test_a_hundred_honest_items_lose_nothing() -> None:
    """What the runner keeps of each is what status has room for, as long as it is text."""
    size = SHARED_OUTPUT_BYTES // (2 * MAX_BATCH) // 2
    item = Ending(
        Reason.COMPLETED, exit_code=0, stdout=Captured(((0, b"x" * size),)), stdout_bytes=size, metrics=METRICS
    )
    verdict = Verdict(
        Ending(Reason.COMPLETED, exit_code=0, ran=False), tuple((f"i{n}", item) for n in range(MAX_BATCH))
    )
    found = written(verdict, {"spec": "x" * 240_000})
    assert {one["output"] for one in found["batch"]} == {"x" * size}
    assert not any("truncated" in one for one in found["batch"])


def test_inline_artifacts_survive_the_store() -> None:
    data = bytes(range(256)) * (INLINE_BYTES // 256)
    one = File(0, "all", len(data), hashlib.sha256(data).hexdigest(), data)
    found = written(replace(worst(b"x", 0), files=(one,), skipped=()), {})
    assert base64.b64decode(found["artifacts"][0]["contentBase64"]) == data
