"""The runner's record, from a stream or a log that may hold anything."""

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain import record
from codeexec.domain.record import KEEP_BYTES, KEEP_CHUNKS, LINE_BYTES, RecordReader, read_log
from tests.unit.domain.examples import UID, result_line

READY = {"type": "ready", "v": 1, "runner": "0.1.0"}
START = {"type": "start", "id": UID, "at": "2026-01-02T03:04:05.100001Z"}
NO_JOB = {"type": "error", "code": "no-job", "message": "stdin ended"}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
KINDS = st.sampled_from(["ready", "start", "stdout", "stderr", "result", "error", "other"])


def chunk(data: bytes, at: int, stream: str = "stdout") -> dict[str, Any]:
    return {"type": stream, "at": at, "data": base64.b64encode(data).decode()}


def read(*lines: dict[str, Any] | bytes) -> RecordReader:
    reader = RecordReader(UID)
    for line in lines:
        reader.feed(line if isinstance(line, bytes) else orjson.dumps(line))
    return reader


def test_a_whole_record() -> None:
    reader = read(READY, START, chunk(b"hel", 0), chunk(b"lo\n", 3), chunk(b"oh", 0, "stderr"), result_line())
    found = reader.record()
    assert (found.ready, found.complete, reader.garbled) == (True, True, 0)
    assert found.started_at
    assert found.stdout.chunks == ((0, b"hello\n"),)
    assert found.stderr.chunks == ((0, b"oh"),)
    assert found.result
    assert found.result.exit_code == 0


def test_a_record_grows_line_by_line() -> None:
    steps = [READY, START, chunk(b"x", 0), result_line()]
    seen = [read(*steps[: count + 1]).record() for count in range(len(steps))]
    assert [record.ready for record in seen] == [True] * 4
    assert [record.started_at is not None for record in seen] == [False, True, True, True]
    assert [record.complete for record in seen] == [False, False, False, True]


def test_a_result_alone_is_not_the_whole_record() -> None:
    """An operator that attached again hears only the end; the rest is in the log."""
    reader = read(chunk(b"end", 100), result_line())
    assert reader.ended
    assert not reader.record().complete


@pytest.mark.parametrize("line", [{**START, "id": "another"}, result_line(id="another"), result_line(id=None)])
def test_the_record_of_another_run_is_not_taken(line: dict[str, Any]) -> None:
    reader = read(line)
    assert reader.garbled == 1
    assert reader.record() == RecordReader(UID).record()


def test_nothing_is_taken_after_the_end() -> None:
    found = read(START, result_line(exitCode=3), result_line(exitCode=0), NO_JOB, chunk(b"x", 0)).record()
    assert found.result
    assert found.result.exit_code == 3
    assert found.error is None
    assert found.stdout.chunks == ()


@pytest.mark.parametrize(
    "line",
    [
        b"no json",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"ready"',
        b"{}",
        b'{"type": null}',
        b'{"type": []}',
        b'{"type": "start"}',
        b"\xff\xfe",
        b"[" * 5000,
        {**START, "at": "yesterday"},
        {**START, "at": "2026-01-02T03:04:05"},
        chunk(b"x", -1),
        chunk(b"x", 2**60),
        {**chunk(b"x", 0), "data": "!!!"},
        {**chunk(b"x", 0), "at": "first"},
        {"type": "error", "code": "made-up"},
        result_line(cause="magic"),
        result_line(exitCode=256),
        result_line(exitCode=-1),
        result_line(stdoutBytes=2**60),
        result_line(wallMs=1e300),
        result_line(signal="kill -9"),
        result_line(startedAt="2026-01-02T03:04:05"),
        orjson.dumps({**NO_JOB, "message": "x" * LINE_BYTES}),
    ],
    ids=lambda line: str(line)[:50],
)
def test_what_is_no_line_of_a_record_is_counted_and_dropped(line: dict[str, Any] | bytes) -> None:
    reader = read(READY, line, START)
    assert reader.garbled == 1
    assert reader.record() == read(READY, START).record()


def test_empty_lines_are_nothing() -> None:
    assert read(b"", b"  ", b"\r").garbled == 0


def test_output_is_kept_up_to_a_bound() -> None:
    step = 32_768
    found = read(*(chunk(b"x" * step, at) for at in range(0, 4 * KEEP_BYTES, step))).record()
    assert sum(len(data) for _, data in found.stdout.chunks) == KEEP_BYTES


def test_a_program_that_prints_byte_by_byte_makes_one_piece() -> None:
    found = read(*(chunk(b"x", at) for at in range(2000))).record()
    assert found.stdout.chunks == ((0, b"x" * 2000),)


def test_pieces_with_gaps_are_bounded_too() -> None:
    found = read(*(chunk(b"x", 2 * at) for at in range(2000)), *(chunk(b"", at) for at in range(2000))).record()
    assert len(found.stdout.chunks) == KEEP_CHUNKS


def test_head_and_tail() -> None:
    found = read(chunk(b"head", 0), chunk(b"tail", 996)).record()
    assert found.stdout.chunks == ((0, b"head"), (996, b"tail"))
    assert found.stdout.seen == 1000


@given(st.lists(st.binary(max_size=200)))
def test_no_bytes_raise(lines: list[bytes]) -> None:
    read(*lines).record()


@given(
    st.lists(
        st.one_of(
            st.fixed_dictionaries(
                {"type": KINDS},
                optional=dict.fromkeys(("id", "at", "data", "code", "message", "exitCode", "cause"), ANYTHING),
            ),
            st.builds(chunk, st.binary(max_size=40), st.integers(-1, 200), st.sampled_from(["stdout", "stderr"])),
            st.builds(
                lambda change: result_line(**change), st.dictionaries(st.sampled_from([*result_line()]), ANYTHING)
            ),
        )
    )
)
def test_nothing_raises_and_memory_is_bounded(lines: list[dict[str, Any]]) -> None:
    reader = RecordReader(UID)
    for line in lines:
        try:
            reader.feed(orjson.dumps(line))
        except TypeError:
            continue  # an integer that JSON libraries cannot write
    found = reader.record()
    for stream in (found.stdout, found.stderr):
        assert sum(len(data) for _, data in stream.chunks) <= KEEP_BYTES
        assert len(stream.chunks) <= KEEP_CHUNKS


LOG = b"\n".join(orjson.dumps(line) for line in (READY, START, chunk(b"x", 0)))


def test_a_log_is_read_like_a_stream() -> None:
    found = read_log(UID, LOG + b"\n" + orjson.dumps(result_line()) + b"\n", 0, "")
    assert found.complete


@pytest.mark.parametrize("code", sorted(record.RUNNER_EXIT_CODES))
def test_the_termination_message_fills_in_the_last_line(code: int) -> None:
    assert read_log(UID, LOG, code, orjson.dumps(result_line()).decode()).complete


@pytest.mark.parametrize("code", [None, 1, 137, 143, -1])
def test_the_termination_message_of_a_runner_that_was_killed_may_be_the_programs(code: int | None) -> None:
    assert not read_log(UID, LOG, code, orjson.dumps(result_line()).decode()).complete
    assert read_log(UID, b"", code, orjson.dumps(NO_JOB).decode()).error is None


def test_a_kubelet_that_cannot_read_the_log_says_so_in_the_log() -> None:
    found = read_log(UID, b"unable to retrieve container logs for containerd://abc", 137, "")
    assert found == RecordReader(UID).record()
