"""From the runner's record, or from what else is left of a sandbox, to a verdict. The user's fault and the platform's
are told apart here, and nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from codeexec.domain.policy import Refusal
from codeexec.domain.record import Captured, Record, Result
from codeexec.domain.sandbox import Sandbox
from codeexec.models.execution import EffectiveLimits, Metrics
from codeexec.models.reasons import EXIT_OUT_OF_MEMORY, EXIT_TIMEOUT, Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    reason: Reason
    message: str = ""
    exit_code: int | None = None
    signal: str | None = None
    stdout: Captured = Captured()
    stderr: Captured = Captured()
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    metrics: Metrics | None = None
    started: datetime | None = None
    finished: datetime | None = None
    ran: bool = True
    """Whether user code was, or may have been, started."""

    @property
    def success(self) -> bool:
        return self.reason is Reason.COMPLETED


def refused(refusal: Refusal) -> Verdict:
    return Verdict(refusal.reason, refusal.message, ran=False)


def not_started(reason: Reason, message: str) -> Verdict:
    """The platform could not give it a sandbox."""
    return Verdict(reason, message, ran=False)


def judge(result: Result, record: Record, limits: EffectiveLimits) -> Verdict:
    """The verdict of a run that was reported in full."""
    if result.network != "shut":
        return _not_isolated(result)
    reason, exit_code, message = _ending(result, limits)
    return Verdict(
        reason=reason,
        message=message,
        exit_code=exit_code,
        signal=result.signal or None,
        stdout=record.stdout,
        stderr=record.stderr,
        stdout_bytes=result.stdout_bytes,
        stderr_bytes=result.stderr_bytes,
        metrics=_metrics(result),
        started=result.started_at,
        finished=result.finished_at,
    )


def partial(reason: Reason, message: str, record: Record | None) -> Verdict:
    """A run that has no result: what came out of it so far, under the reason why there is no more."""
    record = record or Record()
    return Verdict(
        reason=reason,
        message=message,
        stdout=record.stdout,
        stderr=record.stderr,
        stdout_bytes=record.stdout.seen,
        stderr_bytes=record.stderr.seen,
        started=record.started_at,
        ran=record.started_at is not None,
    )


def from_remains(sandbox: Sandbox, record: Record | None, limits: EffectiveLimits) -> Verdict:
    """The runner did not live to report: the Pod's own end says why."""
    if sandbox.ended and sandbox.ended.reason == "OOMKilled":
        verdict = partial(Reason.MEMORY_LIMIT_EXCEEDED, _out_of_memory(limits), record)
        return Verdict(
            verdict.reason,
            verdict.message,
            exit_code=EXIT_OUT_OF_MEMORY,
            stdout=verdict.stdout,
            stderr=verdict.stderr,
            stdout_bytes=verdict.stdout_bytes,
            stderr_bytes=verdict.stderr_bytes,
            started=verdict.started,
        )
    if sandbox.eviction:
        return partial(Reason.SANDBOX_LOST, f"the sandbox was stopped from outside: {sandbox.eviction}", record)
    code = sandbox.ended.exit_code if sandbox.ended else "unknown"
    return partial(Reason.SANDBOX_ERROR, f"the sandbox ended without a report (exit code {code})", record)


def _not_isolated(result: Result) -> Verdict:
    found = {"open": "a connection out of it succeeded", "unknown": "that could not be told", "off": "nobody looked"}
    why = found[result.network]
    return Verdict(
        Reason.NETWORK_NOT_ISOLATED,
        f"the sandbox's network was not proved shut ({why}), so the result is not trusted. An administrator should "
        "check that the cluster enforces NetworkPolicies.",
        started=result.started_at,
        finished=result.finished_at,
    )


def _ending(result: Result, limits: EffectiveLimits) -> tuple[Reason, int, str]:
    match result.cause:
        case "timeout":
            message = f"the program was still running after {limits.timeout_seconds} s and was ended"
            return Reason.TIMEOUT, EXIT_TIMEOUT, message
        case "memory":
            return Reason.MEMORY_LIMIT_EXCEEDED, EXIT_OUT_OF_MEMORY, _out_of_memory(limits)
        case "exit" if result.signal:
            return Reason.SIGNALLED, result.exit_code, f"the program was ended by signal SIG{result.signal}"
        case "exit" if result.exit_code:
            return Reason.NON_ZERO_EXIT, result.exit_code, f"the program ended with exit code {result.exit_code}"
        case _:
            return Reason.COMPLETED, 0, ""


def _out_of_memory(limits: EffectiveLimits) -> str:
    return f"out of memory: the program needed more than the {limits.memory} it is allowed"


def _metrics(result: Result) -> Metrics:
    return Metrics(
        execution_time_ms=round(result.wall_ms),
        cpu_time_ms=round(result.cpu_ms) if result.cpu_ms >= 0 else None,
        memory_used_bytes=result.peak_memory_bytes if result.peak_memory_bytes >= 0 else None,
        peak_processes=result.peak_processes if result.peak_processes >= 0 else None,
        output_bytes=result.stdout_bytes + result.stderr_bytes,
    )
