"""From how a step ended, in the runner's words, to a reason. The user's program is judged here, and nothing else."""

import hashlib
from dataclasses import dataclass, replace

from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.program import Item
from codeexec.domain.record import Captured, End, Step
from codeexec.models.reasons import EXIT_OUT_OF_MEMORY, EXIT_TIMEOUT, Reason
from codeexec.models.spec import Language
from codeexec.models.status import EffectiveLimits, Metrics, Violation

SHOWN_CHARS = 80
"""Of a line in the message about wrong output."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of one run."""

    reason: Reason
    message: str = ""
    exit_code: int | None = None
    signal: str | None = None
    stdout: Captured = Captured()
    stderr: Captured = Captured()
    stdout_bytes: int = 0
    stderr_bytes: int = 0
    metrics: Metrics | None = None
    broken: str = ""
    """The limit that was broken, as its field is called."""
    ran: bool = True
    """Whether the program was, or may have been, started."""

    @property
    def success(self) -> bool:
        return self.reason is Reason.COMPLETED

    def violation(self, item: str | None) -> Violation | None:
        if not self.broken:
            return None
        return Violation(kind="limit", rule=self.broken, severity="high", item=item, message=self.message)


def of_run(step: Step, end: End, item: Item, limits: EffectiveLimits, language: Language) -> Ending:
    """`limits`: those of this item."""
    ending = replace(
        _judged(end, limits),
        stdout=step.stdout,
        stderr=step.stderr,
        stdout_bytes=end.stdout_bytes,
        stderr_bytes=end.stderr_bytes,
        metrics=metrics(end),
    )
    if end.cause == "exit" and end.exit_code and _heap_exhausted(language, step.stderr):
        return replace(
            ending,
            reason=Reason.MEMORY_LIMIT_EXCEEDED,
            message=f"{_out_of_memory(limits)}; its runtime gave up before the kernel had to",
            exit_code=EXIT_OUT_OF_MEMORY,
            signal=None,
            broken="memory",
        )
    if ending.success and item.expected is not None:
        return _compared(ending, end, item.expected, words=item.words)
    return ending


def unfinished(step: Step | None, reason: Reason, message: str, exit_code: int | None = None) -> Ending:
    """A run without an end: what came out of it so far, under the reason why there is no more."""
    if step is None:
        return Ending(reason, message, exit_code, ran=False)
    return Ending(
        reason,
        message,
        exit_code,
        stdout=step.stdout,
        stderr=step.stderr,
        stdout_bytes=step.stdout.seen,
        stderr_bytes=step.stderr.seen,
    )


def of_compiler(step: Step, end: End, limits: EffectiveLimits) -> Ending:
    """A compilation that failed."""
    spent = Metrics(compile_time_ms=round(end.wall_ms))
    given = limits.compile
    if end.cause == "timeout" and given:
        why = f"the compiler was still running after {given.timeout_seconds} s and was ended"
        return Ending(Reason.COMPILE_TIMEOUT, why, metrics=spent, ran=False)
    match end.cause:
        case "exit" if end.signal:
            why = f"the compiler was ended by signal SIG{end.signal}"
        case "exit":
            why = f"the compiler ended with exit code {end.exit_code}"
        case "memory":
            why = f"out of memory: the compiler needed more than the {given.memory if given else 'sandbox'} it may use"
        case cause:
            what = {
                "cpu": "much CPU time",
                "processes": "many processes",
                "output": "much output",
                "disk": "much space",
            }
            why = f"the compiler used too {what[cause]} and was ended"
    said = compiler_text(step)
    return Ending(Reason.COMPILE_ERROR, f"{why}:\n{said}" if said else why, end.exit_code, metrics=spent, ran=False)


def compiler_text(step: Step) -> str:
    """What the compiler said, as text."""
    return (step.stderr.kept + step.stdout.kept).decode("utf-8", "replace").strip()


def metrics(end: End) -> Metrics:
    return Metrics(
        execution_time_ms=round(end.wall_ms),
        cpu_time_ms=round(end.cpu_ms) if end.cpu_ms >= 0 else None,
        memory_used_bytes=end.peak_memory_bytes if end.peak_memory_bytes >= 0 else None,
        peak_processes=end.peak_processes if end.peak_processes >= 0 else None,
        output_bytes=end.stdout_bytes + end.stderr_bytes,
    )


def _judged(end: End, limits: EffectiveLimits) -> Ending:
    match end.cause:
        case "memory":
            return Ending(Reason.MEMORY_LIMIT_EXCEEDED, _out_of_memory(limits), EXIT_OUT_OF_MEMORY, broken="memory")
        case "timeout":
            why = f"the program was still running after {limits.timeout_seconds} s and was ended"
            return Ending(Reason.TIMEOUT, why, EXIT_TIMEOUT, broken="timeoutSeconds")
        case "cpu":
            why = f"the program used more than {limits.cpu_time_seconds} s of CPU time and was ended"
            return Ending(Reason.CPU_TIME_EXCEEDED, why, end.exit_code, broken="cpuTimeSeconds")
        case "processes":
            why = f"the program had more than {limits.processes} processes at once and was ended"
            return Ending(Reason.PROCESS_LIMIT_EXCEEDED, why, end.exit_code, broken="processes")
        case "output":
            why = f"the program wrote more than {limits.max_output_bytes:,} bytes of output and was ended"
            return Ending(Reason.OUTPUT_LIMIT_EXCEEDED, why, end.exit_code, broken="maxOutputBytes")
        case "disk":
            why = f"the program wrote more than {limits.disk_bytes:,} bytes of files and was ended"
            return Ending(Reason.DISK_LIMIT_EXCEEDED, why, end.exit_code, broken="diskBytes")
    if end.signal:
        why = f"the program was ended by signal SIG{end.signal}"
        return Ending(Reason.SIGNALLED, why, end.exit_code, end.signal)
    if end.exit_code:
        return Ending(Reason.NON_ZERO_EXIT, f"the program ended with exit code {end.exit_code}", end.exit_code)
    return Ending(Reason.COMPLETED, exit_code=0)


def _out_of_memory(limits: EffectiveLimits) -> str:
    return f"out of memory: the program needed more than the {limits.memory} it is allowed"


def _heap_exhausted(language: Language, stderr: Captured) -> bool:
    """A runtime that bounds its own heap ends by itself, where any other program would meet the kernel's limit. Who
    prints this without need blames nobody but himself."""
    return any(marker in stderr.kept for marker in TOOLCHAINS[language].heap_exhausted)


def _compared(ending: Ending, end: End, expected: str, *, words: bool) -> Ending:
    """By digests: the expected output has never been where the program could read it."""
    whole = expected.encode("utf-8", "replace")
    found = end.tokens_sha256 if words else end.stdout_sha256
    if not found:
        message = "the sandbox did not report a digest of the output, so it could not be compared"
        return replace(ending, reason=Reason.SANDBOX_ERROR, message=message, exit_code=None)
    if found == hashlib.sha256(b"".join(word + b"\n" for word in whole.split()) if words else whole).hexdigest():
        return ending
    message = f"the output is not the expected one{_difference(ending, whole, words=words)}"
    return replace(ending, reason=Reason.WRONG_OUTPUT, message=message)


def _difference(ending: Ending, expected: bytes, *, words: bool) -> str:
    """Where the first difference is, if it is in the part of the output that was kept from the start on."""
    head = next((data for at, data in ending.stdout.chunks if at == 0), b"")
    split = bytes.split if words else lambda text: text.splitlines(keepends=True)
    got, wanted = split(head), split(expected)
    cut = len(head) < ending.stdout_bytes
    if cut:
        got = got[:-1]  # of that one, the rest may be missing
    for number, (one, other) in enumerate(zip(got, wanted, strict=False), start=1):
        if one != other:
            return f": {'word' if words else 'line'} {number} is {_shown(one)}, expected {_shown(other)}"
    if len(got) != len(wanted) and not cut:
        unit = "words" if words else "lines"
        return f": it has {len(got)} {unit}, expected {len(wanted)}"
    return ""


def _shown(piece: bytes) -> str:
    text = repr(piece.decode("utf-8", "replace"))
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}..."
