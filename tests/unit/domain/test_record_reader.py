"""The runner's record, from a stream or a log, line by line."""

from typing import Any

import orjson
import pytest

from codeexec.domain import record
from codeexec.domain.reader import KEEP_BYTES, KEEP_CHUNKS, LINE_BYTES, RecordReader, read_log
from codeexec.models.status import MAX_ARTIFACTS
from tests.unit.domain.examples import UID, end_line, result_line
from tests.unit.domain.records import NO_JOB, READY, START, artifact, chunk, read, skipped, step_line


def test_a_whole_record() -> None:
    lines = [READY, START, step_line(), chunk(b"hel", 0), chunk(b"lo\n", 3), chunk(b"oh", 0, "stderr"), end_line()]
    reader = read(*lines, result_line())
    found = reader.record()
    assert (found.ready, found.complete, reader.garbled) == (True, True, 0)
    assert found.started_at
    (step,) = found.steps
    assert (step.kind, step.of, step.stdout.chunks, step.stderr.kept) == ("run", 0, ((0, b"hello\n"),), b"oh")
    assert step.end
    assert step.end.good
    assert found.result


def test_a_record_grows_line_by_line() -> None:
    lines = [READY, START, step_line(), chunk(b"x", 0), end_line(), result_line()]
    seen = [read(*lines[: count + 1]).record() for count in range(len(lines))]
    assert [record.ready for record in seen] == [True] * 6
    assert [record.started_at is not None for record in seen] == [False] + [True] * 5
    assert [len(record.steps) for record in seen] == [0, 0, 1, 1, 1, 1]
    assert [len(record.ended) for record in seen] == [0, 0, 0, 0, 1, 1]
    assert [record.complete for record in seen] == [False] * 5 + [True]


def test_steps_keep_their_output_and_their_ends_apart() -> None:
    reader = read(
        START,
        step_line(0, "compile", 0),
        chunk(b"warning", 0, "stderr", step=0),
        end_line(step=0, kind="compile", of=0),
        step_line(1, "run", 0),
        chunk(b"one", 0, step=1),
        end_line(step=1, of=0, exitCode=3),
        step_line(2, "run", 1),
        chunk(b"two", 0, step=2),
        end_line(step=2, of=1),
        result_line(steps=3),
    )
    found = reader.record()
    assert (found.complete, reader.garbled) == (True, 0)
    compilation, first, second = found.compilation(0), found.run(0), found.run(1)
    assert compilation
    assert first
    assert second
    assert (compilation.stderr.kept, first.stdout.kept, second.stdout.kept) == (b"warning", b"one", b"two")
    assert [step.end.exit_code for step in found.steps if step.end] == [0, 3, 0]
    assert found.run(2) is None
    assert found.compilation(1) is None


@pytest.mark.parametrize(
    "lines",
    [
        # An operator that attached again hears only the end; the rest is in the log.
        [chunk(b"end", 100), end_line(), result_line()],
        [START, step_line(), end_line(), result_line(steps=2)],
        [START, step_line(), result_line(steps=1)],
    ],
    ids=["no start", "an end is missing", "the end is missing"],
)
def test_a_result_alone_is_not_the_whole_record(lines: list[dict[str, Any]]) -> None:
    reader = read(*lines)
    assert reader.ended
    assert not reader.record().complete


def test_an_end_is_believed_without_its_step_line() -> None:
    (step,) = read(START, end_line(step=5, of=2)).record().steps
    assert (step.kind, step.of, step.end is not None) == ("run", 2, True)


def test_the_first_end_of_a_step_counts() -> None:
    (step,) = read(START, step_line(), end_line(exitCode=3), end_line(exitCode=0)).record().steps
    assert step.end
    assert step.end.exit_code == 3


def test_a_step_begins_once() -> None:
    found = read(START, step_line(0, "run", 0), chunk(b"x", 0), step_line(0, "run", 1)).record()
    assert [(step.of, step.stdout.kept) for step in found.steps] == [(0, b"x")]


@pytest.mark.parametrize("line", [{**START, "id": "another"}, result_line(id="another"), result_line(id=None)])
def test_the_record_of_another_run_is_not_taken(line: dict[str, Any]) -> None:
    reader = read(line)
    assert reader.garbled == 1
    assert reader.record() == RecordReader(UID).record()


def test_nothing_is_taken_after_the_end() -> None:
    whole = [START, step_line(), end_line(), result_line()]
    late = [end_line(step=1), NO_JOB, chunk(b"x", 0), artifact(b"late"), result_line(network="open")]
    assert read(*whole, *late).record() == read(*whole).record()


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
        step_line(-1),
        step_line(200),
        step_line(1, "link"),
        step_line(1, of=-1),
        chunk(b"x", -1),
        chunk(b"x", 2**60),
        chunk(b"x", 0, step=1),  # of a step that nobody has heard of
        {**chunk(b"x", 0), "data": "!!!"},
        {**chunk(b"x", 0), "at": "first"},
        {"type": "error", "code": "made-up"},
        end_line(step=200),
        end_line(cause="magic"),
        end_line(exitCode=256),
        end_line(exitCode=-1),
        end_line(stdoutBytes=2**60),
        end_line(wallMs=1e300),
        end_line(wallMs=-1),
        end_line(signal="kill -9"),
        end_line(startedAt="2026-01-02T03:04:05"),
        end_line(stdoutSha256="g" * 64),
        end_line(tokensSha256="0" * 65),
        result_line(steps=201),
        result_line(network="ajar"),
        result_line(landlock=-1),
        result_line(cgroup="v3"),
        result_line(ends=[end_line(), {"type": "end"}]),
        artifact(b"x", path=""),
        artifact(b"x", path="x" * 1025),
        artifact(b"x", sha256="short"),
        artifact(b"x", of=200),
        artifact(b"x", bytes=-1),
        {**artifact(b"x"), "data": "!!!"},
        skipped(why="because"),
        orjson.dumps({**NO_JOB, "message": "x" * LINE_BYTES}),
    ],
    ids=lambda line: str(line)[:50],
)
def test_what_is_no_line_of_a_record_is_counted_and_dropped(line: dict[str, Any] | bytes) -> None:
    reader = read(READY, START, step_line(), line, end_line())
    assert reader.garbled == 1
    assert reader.record() == read(READY, START, step_line(), end_line()).record()


def test_empty_lines_are_nothing() -> None:
    assert read(b"", b"  ", b"\r").garbled == 0


def test_output_is_kept_up_to_a_bound() -> None:
    size = 32_768
    found = read(step_line(), *(chunk(b"x" * size, at) for at in range(0, 4 * KEEP_BYTES, size))).record()
    assert len(found.steps[0].stdout.kept) == KEEP_BYTES


def test_a_program_that_prints_byte_by_byte_makes_one_piece() -> None:
    (step,) = read(step_line(), *(chunk(b"x", at) for at in range(2000))).record().steps
    assert step.stdout.chunks == ((0, b"x" * 2000),)


def test_pieces_with_gaps_are_bounded_too() -> None:
    pieces = [*(chunk(b"x", 2 * at) for at in range(2000)), *(chunk(b"", at) for at in range(2000))]
    (step,) = read(step_line(), *pieces).record().steps
    assert len(step.stdout.chunks) == KEEP_CHUNKS


def test_head_and_tail() -> None:
    (step,) = read(step_line(), chunk(b"head", 0), chunk(b"tail", 996)).record().steps
    assert step.stdout.chunks == ((0, b"head"), (996, b"tail"))
    assert step.stdout.seen == 1000


@pytest.mark.parametrize(
    ("pieces", "data"),
    [
        ([(0, b"abcd")], b"abcd"),
        ([(0, b"ab"), (2, b"cd")], b"abcd"),
        ([(0, b"")], b""),
        ([(2, b"cd"), (0, b"ab")], b"ab"),
        ([(0, b"ab"), (0, b"ab")], b"ab"),
        ([(0, b"ab"), (3, b"d")], b"ab"),
        ([(2, b"cd")], b""),
    ],
)
def test_a_file_is_put_together_in_order_only(pieces: list[tuple[int, bytes]], data: bytes) -> None:
    """What comes in any other order is not the runner's doing; the digest will tell."""
    (file,) = read(START, *(artifact(piece, at) for at, piece in pieces)).record().files
    assert (file.path, file.size, file.data) == ("out.txt", 4, data)


def test_files_of_the_same_name_belong_to_their_runs() -> None:
    found = read(artifact(b"a", of=0), artifact(b"b", of=1)).record()
    assert [(file.of, file.data) for file in found.files] == [(0, b"a"), (1, b"b")]


def test_files_and_what_was_skipped_are_bounded() -> None:
    names = [f"f{number}" for number in range(3 * MAX_ARTIFACTS)]
    found = read(*(artifact(b"x", path=name) for name in names), *(skipped(name) for name in names)).record()
    assert [file.path for file in found.files] == names[:MAX_ARTIFACTS]
    assert [one.path for one in found.skipped] == names[:MAX_ARTIFACTS]


LINES = (READY, START, step_line(), chunk(b"x", 0), end_line())
LOG = b"\n".join(orjson.dumps(line) for line in LINES)


def test_a_log_is_read_like_a_stream() -> None:
    found = read_log(UID, LOG + b"\n" + orjson.dumps(result_line()) + b"\n", 0, "")
    assert found.complete
    assert found == read(*LINES, result_line()).record()


@pytest.mark.parametrize("code", sorted(record.RUNNER_EXIT_CODES))
def test_the_termination_message_fills_in_the_last_line(code: int) -> None:
    assert read_log(UID, LOG, code, orjson.dumps(result_line(ends=[end_line()])).decode()).complete


def test_the_termination_message_has_the_ends_too_and_contradicts_none() -> None:
    ends = [end_line(step=0, exitCode=9), end_line(step=1, of=1, exitCode=4)]
    message = orjson.dumps(result_line(steps=2, ends=ends)).decode()
    alone = read_log(UID, b"", 0, message)
    assert [step.end.exit_code for step in alone.steps if step.end] == [9, 4]
    assert not alone.complete  # nobody heard it start, and its output is gone
    with_log = read_log(UID, LOG, 0, message)
    assert [step.end.exit_code for step in with_log.steps if step.end] == [0, 4]
    assert with_log.steps[0].stdout.kept == b"x"
    assert with_log.complete


@pytest.mark.parametrize("code", [None, 1, 137, 143, -1])
def test_the_termination_message_of_a_runner_that_was_killed_may_be_the_programs(code: int | None) -> None:
    assert not read_log(UID, LOG, code, orjson.dumps(result_line()).decode()).complete
    assert read_log(UID, b"", code, orjson.dumps(NO_JOB).decode()).error is None


def test_a_kubelet_that_cannot_read_the_log_says_so_in_the_log() -> None:
    found = read_log(UID, b"unable to retrieve container logs for containerd://abc", 137, "")
    assert found == RecordReader(UID).record()
