"""From what is left of a run to its verdict. The user's fault and the platform's never share a reason."""

from typing import Any

import pytest

from codeexec.domain.record import Captured, End, Record, Step
from codeexec.domain.verdict import Verdict, from_remains, judge, not_started, partial
from codeexec.models.reasons import Reason
from tests.unit.domain.examples import (
    COMPILED,
    LIMITS,
    NOW,
    begun,
    captured,
    compiled,
    ended,
    execution,
    ran,
    record,
    result,
    sandbox,
)

PLATFORM = {
    Reason.NETWORK_NOT_ISOLATED,
    Reason.ISOLATION_UNAVAILABLE,
    Reason.SANDBOX_LOST,
    Reason.SANDBOX_ERROR,
    Reason.UNSCHEDULABLE,
    Reason.IMAGE_UNAVAILABLE,
}
HELLO = captured(b"hello\n")
C = {"language": "c", "code": "int main(void) {}"}


def judged(found: Record, **spec: Any) -> Verdict:
    assert found.result
    limits = COMPILED if spec.get("language") == "c" else LIMITS
    return judge(execution(**spec), found.result, found, limits)


def test_what_a_sandbox_reports_is_what_is_judged() -> None:
    found = judged(record(ran(exitCode=3)))
    assert (found.reason, found.ending.exit_code, found.success, found.items) == (Reason.NON_ZERO_EXIT, 3, False, ())
    assert (found.ending.stdout, found.started) == (HELLO, NOW)
    end = ran().end
    assert isinstance(end, End)
    assert found.finished == end.finished_at
    assert found.reason not in PLATFORM


@pytest.mark.parametrize("network", ["open", "unknown", "off"])
@pytest.mark.parametrize("cause", ["exit", "timeout", "memory"])
def test_no_result_counts_from_a_network_that_was_not_proved_shut(network: str, cause: str) -> None:
    for access in ({}, {"network": True}):
        found = judged(record(ran(cause=cause), result=result(network=network)), access=access)
        assert (found.reason, found.success) == (Reason.NETWORK_NOT_ISOLATED, False)
        assert (found.ending.stdout, found.ending.exit_code, found.ending.metrics) == (Captured(), None, None)
        assert found.isolation
        assert found.isolation.network == "NotProved"
        assert "NetworkPolicies" in found.message


def test_no_item_counts_from_such_a_network_either() -> None:
    batch = [{"name": "a"}, {"name": "b"}]
    found = judged(record(ran(0), ran(1), result=result(network="open", steps=2)), batch=batch)
    assert (found.reason, found.items) == (Reason.NETWORK_NOT_ISOLATED, ())
    assert not found.violations


def test_what_held_the_program_is_told_as_it_was_found() -> None:
    found = judged(record(result=result(seccomp=False, landlock=0, cgroup="none")))
    assert found.success  # the gate's proof is enough
    assert found.isolation
    assert found.isolation.manifest() == {
        "network": "Denied",
        "syscallFilter": False,
        "landlock": 0,
        "cgroup": "none",
    }


def test_a_program_that_did_not_compile_never_ran() -> None:
    found = judged(record(compiled(err=b"main.c:1: error: expected ';'\n", exitCode=1)), **C)
    assert (found.reason, found.ending.exit_code, found.ending.ran) == (Reason.COMPILE_ERROR, 1, False)
    assert "exit code 1" in found.message
    assert "main.c:1: error: expected ';'" in found.message
    assert found.compiler == "main.c:1: error: expected ';'"


def test_a_warning_is_kept_and_the_time_of_the_compiler_told() -> None:
    found = judged(record(compiled(err=b"warning: unused\n", wallMs=812.6), ran()), **C)
    assert (found.reason, found.compiler) == (Reason.COMPLETED, "warning: unused")
    assert found.ending.metrics
    assert (found.ending.metrics.compile_time_ms, found.ending.metrics.execution_time_ms) == (813, 40)


@pytest.mark.parametrize(
    ("end", "reason", "exit_code", "message"),
    [
        (ended(137, "OOMKilled"), Reason.MEMORY_LIMIT_EXCEEDED, 137, "out of memory"),
        (ended(137, "Error") | {"eviction": "Evicted"}, Reason.SANDBOX_LOST, None, "Evicted"),
        (ended(137, "Error") | {"eviction": "DeadlineExceeded"}, Reason.SANDBOX_LOST, None, "DeadlineExceeded"),
        (ended(137, "Error"), Reason.SANDBOX_ERROR, None, "exit code 137"),
        (ended(0, "Completed"), Reason.SANDBOX_ERROR, None, "exit code 0"),
        (ended(2, "Error"), Reason.SANDBOX_ERROR, None, "exit code 2"),
        ({"over": True, "running": False}, Reason.SANDBOX_ERROR, None, "unknown"),
    ],
)
def test_a_run_without_a_report(end: dict[str, Any], reason: Reason, exit_code: int | None, message: str) -> None:
    """A container's exit code is never taken for the program's."""
    found = from_remains(execution(), sandbox(**end), record(begun(out=b"hello\n"), result=None), LIMITS)
    assert (found.reason, found.ending.exit_code, found.ending.ran) == (reason, exit_code, True)
    assert message in found.message
    assert (found.ending.stdout, found.ending.stdout_bytes, found.started) == (HELLO, 6, NOW)


@pytest.mark.parametrize("found", [None, Record(), Record(ready=True)])
def test_nothing_is_blamed_before_the_start(found: Record | None) -> None:
    """The kernel killed the runner itself, or somebody else's code in its place: not this program's."""
    verdict = from_remains(execution(), sandbox(**ended(137, "OOMKilled")), found, LIMITS)
    assert (verdict.reason, verdict.ending.ran) == (Reason.SANDBOX_ERROR, False)


def test_a_start_without_a_step_blames_the_one_that_was_about_to_begin() -> None:
    found = Record(ready=True, started_at=NOW)
    assert oom(found).reason is Reason.MEMORY_LIMIT_EXCEEDED
    assert reasons(oom(found, batch=THREE)) == ["MemoryLimitExceeded", "SandboxLost", "SandboxLost"]


def test_what_was_heard_of_a_run_that_ended_is_believed_though_the_sandbox_was_lost_after_it() -> None:
    found = from_remains(execution(), sandbox(**ended(137, "OOMKilled")), record(ran(exitCode=3), result=None), LIMITS)
    assert (found.reason, found.ending.exit_code) == (Reason.NON_ZERO_EXIT, 3)


def test_what_ran_is_told_from_what_did_not() -> None:
    def ran_of(found: Record | None) -> bool:
        return partial(execution(), found, LIMITS, Reason.CANCELLED, "").ending.ran

    assert not ran_of(None)
    assert not ran_of(Record(ready=True))
    assert not ran_of(record(begun(kind="compile"), result=None))
    assert ran_of(record(begun(), result=None))
    assert not not_started(Reason.UNSCHEDULABLE, "").ending.ran


THREE = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
PAIR = [{"name": "a"}, {"name": "b", "code": "2"}, {"name": "c"}]


def oom(found: Record, **spec: Any) -> Verdict:
    limits = COMPILED if spec.get("language") == "c" else LIMITS
    return from_remains(execution(**spec), sandbox(**ended(137, "OOMKilled")), found, limits)


def reasons(verdict: Verdict) -> list[str]:
    return [ending.reason.value for _, ending in verdict.items]


def test_a_batch_succeeds_when_all_its_items_do() -> None:
    found = judged(record(ran(0), ran(1), ran(2)), batch=THREE)
    assert (found.reason, found.ending.exit_code, found.ending.ran) == (Reason.COMPLETED, 0, False)
    assert [(name, ending.exit_code, ending.stdout) for name, ending in found.items] == [
        ("a", 0, HELLO),
        ("b", 0, HELLO),
        ("c", 0, HELLO),
    ]


def test_a_batch_ends_like_the_first_item_that_failed() -> None:
    steps = ran(0), ran(1, cause="timeout", exitCode=124), ran(2, exitCode=139, signal="SEGV")
    found = judged(record(*steps), batch=[{"name": "a"}, {"name": "b", "timeoutSeconds": 5}, {"name": "c"}])
    assert reasons(found) == ["Completed", "Timeout", "Signalled"]
    assert (found.reason, found.ending.exit_code, found.ending.signal) == (Reason.TIMEOUT, 124, None)
    assert "2 of 3 items failed; the first is b: the program was still running after 5 s" in found.message
    assert [(one.item, one.rule) for one in found.violations] == [("b", "timeoutSeconds")]


def test_times_of_a_batch_are_added_up_and_peaks_are_not() -> None:
    first = ran(0, peakMemoryBytes=5, peakProcesses=3, cpuMs=-1)
    found = judged(record(compiled(wallMs=100), first, ran(1, peakMemoryBytes=-1)), **C, batch=THREE[:2])
    assert found.ending.metrics
    assert found.ending.metrics.manifest() == {
        "executionTimeMs": 80,
        "cpuTimeMs": 22,
        "memoryUsedBytes": 5,
        "peakProcesses": 3,
        "outputBytes": 12,
        "compileTimeMs": 100,
    }


def test_items_of_a_program_that_did_not_compile_all_say_so_and_the_others_run() -> None:
    steps = compiled(0, b"bad\n", exitCode=1), compiled(1), ran(1)
    found = judged(record(*steps), **C, batch=PAIR)
    assert reasons(found) == ["CompileError", "Completed", "CompileError"]
    assert found.compiler == "bad"


LOSSES = [
    (Reason.CANCELLED, "cancelled while it was running"),
    (Reason.SANDBOX_LOST, "the Pod was deleted"),
    (Reason.SANDBOX_ERROR, "the runner broke"),
]


@pytest.mark.parametrize(("reason", "message"), LOSSES)
def test_a_loss_in_the_middle_leaves_what_had_ended_as_it_was(reason: Reason, message: str) -> None:
    found = partial(execution(batch=THREE), record(ran(0), begun(1, out=b"half"), result=None), LIMITS, reason, message)
    assert reasons(found) == ["Completed", reason.value, reason.value]
    assert [ending.ran for _, ending in found.items] == [True, True, False]
    assert found.items[1][1].stdout == captured(b"half")
    assert (found.reason, found.ending.exit_code) == (reason, None)
    assert message in found.message


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # Only who was running is to blame for memory.
        ([begun(0)], ["MemoryLimitExceeded", "SandboxLost", "SandboxLost"]),
        ([ran(0), begun(1)], ["Completed", "MemoryLimitExceeded", "SandboxLost"]),
        ([ran(0, exitCode=1), ran(1), begun(2)], ["NonZeroExit", "Completed", "MemoryLimitExceeded"]),
        (
            [ran(0, cause="memory", exitCode=137), begun(1)],
            ["MemoryLimitExceeded", "MemoryLimitExceeded", "SandboxLost"],
        ),
        # Between two runs nobody was.
        ([ran(0)], ["Completed", "SandboxLost", "SandboxLost"]),
        ([ran(0), ran(1), ran(2)], ["Completed", "Completed", "Completed"]),
    ],
)
def test_out_of_memory_in_the_middle_of_a_batch(steps: list[Step], expected: list[str]) -> None:
    found = oom(record(*steps, result=None), batch=THREE)
    assert reasons(found) == expected
    for _, ending in found.items:
        blamed = ending.reason is Reason.MEMORY_LIMIT_EXCEEDED
        assert (ending.exit_code == 137) == blamed
        assert ("out of memory" in ending.message) == blamed


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # Items of the program that was being compiled cannot be run; the other's are not to blame.
        ([begun(0, "compile")], ["CompileError", "SandboxLost", "CompileError"]),
        ([compiled(0), ran(0), begun(1, "compile")], ["Completed", "CompileError", "SandboxLost"]),
        ([compiled(0), begun(0)], ["MemoryLimitExceeded", "SandboxLost", "SandboxLost"]),
        ([compiled(0, exitCode=1), begun(1, "compile")], ["CompileError", "CompileError", "CompileError"]),
    ],
)
def test_out_of_memory_while_a_batch_compiles(steps: list[Step], expected: list[str]) -> None:
    found = oom(record(*steps, result=None), **C, batch=PAIR)
    assert reasons(found) == expected
    assert all(
        "out of memory" in e.message for _, e in found.items if e.reason is Reason.COMPILE_ERROR and not e.exit_code
    )


def test_an_end_that_is_missing_in_the_report_is_the_platforms_fault() -> None:
    """The termination message had room for the first ends only, and the log is gone."""
    found = judged(record(ran(0), result=result(steps=3)), batch=THREE)
    assert reasons(found) == ["Completed", "SandboxLost", "SandboxLost"]
    assert found.isolation


@pytest.mark.parametrize("cause", ["exit", "timeout", "cpu", "memory", "processes", "output", "disk"])
def test_nothing_that_a_program_does_is_the_platforms_fault(cause: str) -> None:
    assert judged(record(ran(cause=cause, exitCode=1))).reason not in PLATFORM


def test_only_a_batch_has_items_also_one_of_one() -> None:
    def items(**spec: Any) -> list[str]:
        found = partial(execution(**spec), record(begun(), result=None), LIMITS, Reason.CANCELLED, "")
        return [name for name, _ in found.items]

    assert (items(), items(batch=[{"name": "only"}])) == ([], ["only"])
