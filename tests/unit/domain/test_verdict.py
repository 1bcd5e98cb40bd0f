"""From what is left of a run to its verdict. The user's fault and the platform's never share a reason."""

from typing import Any

import pytest

from codeexec.domain.record import Captured, Record
from codeexec.domain.verdict import from_remains, judge, not_started, partial
from codeexec.models.reasons import Reason
from tests.unit.domain.examples import LIMITS, NOW, ended, record, result, sandbox

PLATFORM = {
    Reason.POLICY_INVALID,
    Reason.IMAGE_UNAVAILABLE,
    Reason.UNSCHEDULABLE,
    Reason.NETWORK_NOT_ISOLATED,
    Reason.SANDBOX_LOST,
    Reason.SANDBOX_ERROR,
}
USER = {Reason.NON_ZERO_EXIT, Reason.SIGNALLED, Reason.TIMEOUT, Reason.MEMORY_LIMIT_EXCEEDED}


@pytest.mark.parametrize(
    ("changes", "reason", "exit_code", "message"),
    [
        ({}, Reason.COMPLETED, 0, ""),
        ({"exitCode": 3}, Reason.NON_ZERO_EXIT, 3, "exit code 3"),
        ({"exitCode": 255}, Reason.NON_ZERO_EXIT, 255, "exit code 255"),
        ({"exitCode": 139, "signal": "SEGV"}, Reason.SIGNALLED, 139, "SIGSEGV"),
        ({"exitCode": 137, "signal": "KILL"}, Reason.SIGNALLED, 137, "SIGKILL"),
        ({"exitCode": 168, "signal": "RTMIN+6"}, Reason.SIGNALLED, 168, "SIGRTMIN+6"),
        # Whatever the numbers say, the cause decides.
        ({"cause": "timeout", "exitCode": 124}, Reason.TIMEOUT, 124, "after 30 s"),
        ({"cause": "timeout", "exitCode": 0}, Reason.TIMEOUT, 124, "after 30 s"),
        ({"cause": "memory", "exitCode": 137}, Reason.MEMORY_LIMIT_EXCEEDED, 137, "out of memory"),
        ({"cause": "memory", "exitCode": 0}, Reason.MEMORY_LIMIT_EXCEEDED, 137, "the 512Mi it is allowed"),
        # These are a program's own words: coreutils' timeout(1) or a shell may say them inside the sandbox.
        ({"exitCode": 124}, Reason.NON_ZERO_EXIT, 124, "exit code 124"),
        ({"exitCode": 137}, Reason.NON_ZERO_EXIT, 137, "exit code 137"),
        ({"exitCode": 70}, Reason.NON_ZERO_EXIT, 70, "exit code 70"),
    ],
)
def test_a_reported_run(changes: dict[str, Any], reason: Reason, exit_code: int, message: str) -> None:
    found = judge(result(**changes), record(), LIMITS)
    assert (found.reason, found.exit_code, found.ran) == (reason, exit_code, True)
    assert message in found.message
    assert found.success == (reason is Reason.COMPLETED)
    assert found.stdout == Captured(((0, b"hello\n"),))
    assert found.reason not in PLATFORM


@pytest.mark.parametrize("network", ["open", "unknown", "off"])
@pytest.mark.parametrize("cause", ["exit", "timeout", "memory"])
def test_no_result_counts_from_a_network_that_was_not_proved_shut(network: str, cause: str) -> None:
    found = judge(result(network=network, cause=cause), record(), LIMITS)
    assert found.reason is Reason.NETWORK_NOT_ISOLATED
    assert found.stdout == Captured()
    assert found.exit_code is None
    assert found.metrics is None


def test_without_the_filter_the_gates_proof_is_enough() -> None:
    assert judge(result(seccomp=False), record(), LIMITS).success


def test_metrics_are_rounded_and_what_was_not_measured_is_left_out() -> None:
    found = judge(result(), record(), LIMITS).metrics
    assert found
    assert found.manifest() == {
        "executionTimeMs": 40,
        "cpuTimeMs": 22,
        "memoryUsedBytes": 9_437_184,
        "peakProcesses": 1,
        "outputBytes": 6,
    }
    blind = judge(result(cpuMs=-1, peakMemoryBytes=-1, peakProcesses=-1), record(), LIMITS).metrics
    assert blind
    assert blind.manifest() == {"executionTimeMs": 40, "outputBytes": 6}


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
    found = from_remains(sandbox(**end), record(result=None), LIMITS)
    assert (found.reason, found.exit_code, found.ran) == (reason, exit_code, True)
    assert message in found.message
    assert found.stdout == Captured(((0, b"hello\n"),))
    assert (found.stdout_bytes, found.started) == (6, NOW)


def test_what_ran_is_told_from_what_did_not() -> None:
    assert not partial(Reason.CANCELLED, "", None).ran
    assert not partial(Reason.CANCELLED, "", Record(ready=True)).ran
    assert partial(Reason.CANCELLED, "", Record(started_at=NOW)).ran
    assert not not_started(Reason.UNSCHEDULABLE, "").ran


def test_no_reason_is_both_the_users_fault_and_the_platforms() -> None:
    assert not PLATFORM & USER
