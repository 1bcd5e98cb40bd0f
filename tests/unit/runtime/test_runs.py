"""What is remembered about executions, and what counts as news."""

from typing import Any

import pytest

from codeexec.domain.observed import Delivery
from codeexec.domain.reader import RecordReader
from codeexec.domain.record import Record
from codeexec.runtime.runs import Run, RunKey, Runs
from tests.unit.domain.examples import NOW, UID, record


def obj(version: int, uid: str = UID) -> dict[str, Any]:
    return {"metadata": {"namespace": "lab", "name": "hello", "uid": uid, "resourceVersion": str(version)}}


KEY = RunKey("lab", "hello", UID)


def test_only_what_is_newer_is_news() -> None:
    runs = Runs()
    assert runs.observe(obj(10), NOW) == KEY
    assert runs.observe(obj(10), NOW) is None
    assert runs.observe(obj(9), NOW) is None
    assert runs.observe(obj(11), NOW) == KEY
    run = runs.get(KEY)
    assert run
    assert run.obj == obj(11)


def test_versions_are_numbers() -> None:
    runs = Runs()
    runs.observe(obj(9), NOW)
    assert runs.observe(obj(10), NOW) == KEY


def test_of_a_retired_run_only_a_change_is_news() -> None:
    runs = Runs()
    runs.observe(obj(10), NOW)
    runs.retire(KEY)
    assert (len(runs), runs.is_retired(KEY)) == (0, True)
    assert runs.observe(obj(8), NOW) is None
    assert runs.observe(obj(10), NOW) is None
    assert runs.observe(obj(11), NOW) == KEY
    assert not runs.is_retired(KEY)


def test_of_a_buried_run_nothing_is_news_until_its_deletion_was_heard_of() -> None:
    runs = Runs()
    runs.observe(obj(10), NOW)
    runs.bury(KEY)
    assert runs.observe(obj(99), NOW) is None
    runs.drop(KEY)
    assert not runs.is_retired(KEY)


def test_the_same_name_again_is_another_run() -> None:
    runs = Runs()
    runs.observe(obj(10), NOW)
    assert runs.observe(obj(5, uid="another"), NOW) == RunKey("lab", "hello", "another")
    assert len(runs) == 2


def run() -> Run:
    return Run(KEY, NOW, obj(10))


def test_what_was_known_of_one_sandbox_is_forgotten_with_it() -> None:
    one = run()
    one.turn_to("pod-1")
    one.note(sent=True)
    one.reach("ready", NOW)
    one.log, one.reader = record(), RecordReader(UID)
    one.turn_to("pod-1")
    assert one.delivery.sent
    one.turn_to("pod-2")
    assert (one.delivery, one.log, one.reader, one.stages) == (Delivery(), None, None, {})


def stream(*lines: bytes) -> RecordReader:
    reader = RecordReader(UID)
    for line in lines:
        reader.feed(line)
    return reader


START = b'{"type": "start", "id": "%s", "at": "2026-01-02T03:04:05Z"}' % UID.encode()
NO_JOB = b'{"type": "error", "code": "no-job"}'
WHOLE = record()
LOST = Record()
CUT = Record(ready=True)


@pytest.mark.parametrize(
    ("streamed", "log", "expected"),
    [
        (None, None, None),
        (None, WHOLE, WHOLE),
        (stream(), None, Record()),
        (stream(START), WHOLE, WHOLE),
        (stream(NO_JOB), LOST, stream(NO_JOB).record()),
        # The stream had seen the program start; a log that has lost that proves nothing.
        (stream(START), LOST, stream(START).record()),
        (stream(START), CUT, stream(START).record()),
        (stream(), CUT, CUT),
        (stream(), LOST, Record()),
    ],
)
def test_the_record_is_what_says_more(streamed: RecordReader | None, log: Record | None, expected: Record) -> None:
    one = run()
    one.reader, one.log = streamed, log
    assert one.record == expected
