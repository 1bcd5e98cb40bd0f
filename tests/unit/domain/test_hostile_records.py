"""Whatever comes out of a sandbox: nothing raises, memory is bounded, and there is a verdict that can be written."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain.artifacts import collect
from codeexec.domain.output import STATUS_BUDGET
from codeexec.domain.program import plan
from codeexec.domain.reader import KEEP_BYTES, KEEP_BYTES_OF_ALL, KEEP_CHUNKS, RecordReader, read_log
from codeexec.domain.record import MAX_STEPS, Record
from codeexec.domain.status import finished
from codeexec.domain.verdict import from_remains, judge, partial
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import Reason
from codeexec.models.status import MAX_ARTIFACTS, ExecutionStatus
from tests.unit.domain.examples import COMPILED, NOW, UID, claimed_status, ended, execution, later, meta, sandbox
from tests.unit.domain.records import LINES, artifact, chunk, read, step_line
from tests.unit.models.structural import problems, schema

STATUS = schema("codeexecutions")["properties"]["status"]
BATCH = execution(
    language="c",
    code="int main(void){}",
    access={"filesystem": True},
    artifacts=["*"],
    batch=[{"name": "a"}, {"name": "b", "expectedOutput": "x"}, {"name": "c", "code": "1"}],
)
ONE = execution(language="c", code="int main(void){}")


def bounded(found: Record) -> None:
    assert len(found.steps) <= MAX_STEPS
    assert len(found.files) <= MAX_ARTIFACTS
    assert len(found.skipped) <= MAX_ARTIFACTS
    streams = [stream for step in found.steps for stream in (step.stdout, step.stderr)]
    assert sum(len(one.kept) for one in streams) + sum(len(file.data) for file in found.files) <= KEEP_BYTES_OF_ALL
    for one in streams:
        assert len(one.kept) <= KEEP_BYTES
        assert len(one.chunks) <= KEEP_CHUNKS


@given(st.lists(st.binary(max_size=200)))
def test_no_bytes_raise(lines: list[bytes]) -> None:
    bounded(read(*lines).record())


@given(st.binary(max_size=400), st.integers(0, 255) | st.none(), st.text(st.characters(codec="utf-8")))
def test_no_log_raises(log: bytes, code: int | None, message: str) -> None:
    bounded(read_log(UID, log, code, message))


@given(LINES)
def test_no_lines_raise_and_each_is_taken_or_counted(lines: list[dict[str, Any]]) -> None:
    reader = RecordReader(UID)
    for line in lines:
        reader.feed(orjson.dumps(line))
    bounded(reader.record())
    assert reader.garbled <= len(lines)


def test_memory_is_bounded_over_all_steps_and_files() -> None:
    """Each within its own bound, together far above."""
    size = 32_768
    reader = read()
    for number in range(MAX_STEPS):
        lines = [step_line(number, of=number % 100), *(chunk(b"x" * size, at * size, step=number) for at in range(4))]
        for line in [*lines, artifact(b"y" * size, path=f"f{number}")]:
            reader.feed(orjson.dumps(line))
    bounded(reader.record())


@pytest.mark.parametrize("run", [BATCH, ONE], ids=["batch", "one"])
@given(
    lines=LINES,
    reason=st.sampled_from([Reason.CANCELLED, Reason.SANDBOX_LOST, Reason.SANDBOX_ERROR]),
    kubelet=st.sampled_from(["OOMKilled", "Error", ""]),
    eviction=st.sampled_from(["", "Evicted"]),
)
def test_of_any_record_there_is_a_verdict_that_can_be_written_and_read(
    run: CodeExecution, lines: list[dict[str, Any]], reason: Reason, kubelet: str, eviction: str
) -> None:
    found = read(*(orjson.dumps(line) for line in lines)).record()
    over = sandbox(**ended(137, kubelet), eviction=eviction)
    verdicts = [partial(run, found, COMPILED, reason, "x"), from_remains(run, over, found, COMPILED)]
    if found.result:
        verdicts.append(judge(run, found.result, found, COMPILED))
    for verdict in verdicts:
        names = tuple(item.name for item in plan(run.spec).items)
        kept = collect(run, names, verdict.files, verdict.skipped)
        before = claimed_status(limits=COMPILED)
        patch = finished(
            meta(),
            before,
            verdict,
            node="n",
            stages={},
            accepted=NOW,
            now=later(1),
            artifacts=kept.artifacts,
            room=STATUS_BUDGET,
        )
        stored = orjson.loads(orjson.dumps(patch["status"]))
        assert problems(STATUS, stored, "status") == []
        assert ExecutionStatus.model_validate(stored).finished
        assert verdict.success == (verdict.reason is Reason.COMPLETED)
        if not found.started_at and not found.steps and not found.result:
            assert verdict.reason in (reason, Reason.SANDBOX_ERROR, Reason.SANDBOX_LOST)
