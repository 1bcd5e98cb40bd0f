"""How one run ended: every cause and exit code, limits, wrong output."""

from typing import Any

import pytest

from codeexec.domain import endings
from codeexec.domain.endings import Ending
from codeexec.domain.program import Item
from codeexec.domain.record import Captured, End, Step
from codeexec.models.reasons import Reason
from codeexec.models.spec import ItemLimits, Language
from codeexec.models.status import EffectiveLimits
from tests.unit.domain.examples import COMPILED, LIMITS, captured, compiled, ran


def of_run(
    step: Step,
    *,
    expected: str | None = None,
    words: bool = False,
    limits: EffectiveLimits = LIMITS,
    language: Language = Language.PYTHON,
) -> Ending:
    assert step.end
    item = Item("a", 0, (), "", None, ItemLimits(), expected, words)
    return endings.of_run(step, step.end, item, limits, language)


def of_compiler(step: Step, limits: EffectiveLimits = COMPILED) -> Ending:
    assert step.end
    return endings.of_compiler(step, step.end, limits)


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
        ({"cause": "cpu", "exitCode": 152}, Reason.CPU_TIME_EXCEEDED, 152, "more than 30 s of CPU time"),
        ({"cause": "processes", "exitCode": 137}, Reason.PROCESS_LIMIT_EXCEEDED, 137, "more than 5 processes"),
        ({"cause": "output", "exitCode": 153}, Reason.OUTPUT_LIMIT_EXCEEDED, 153, "16,777,216 bytes of output"),
        ({"cause": "disk", "exitCode": 153}, Reason.DISK_LIMIT_EXCEEDED, 153, "67,108,864 bytes of files"),
        # These are a program's own words: coreutils' timeout(1) or a shell may say them inside the sandbox.
        ({"exitCode": 124}, Reason.NON_ZERO_EXIT, 124, "exit code 124"),
        ({"exitCode": 137}, Reason.NON_ZERO_EXIT, 137, "exit code 137"),
        ({"exitCode": 152}, Reason.NON_ZERO_EXIT, 152, "exit code 152"),
        ({"exitCode": 70}, Reason.NON_ZERO_EXIT, 70, "exit code 70"),
    ],
)
def test_a_reported_run(changes: dict[str, Any], reason: Reason, exit_code: int, message: str) -> None:
    found = of_run(ran(err=b"oh", **changes))
    assert (found.reason, found.exit_code, found.ran) == (reason, exit_code, True)
    assert message in found.message
    assert found.success == (reason is Reason.COMPLETED)
    assert (found.stdout, found.stderr) == (captured(b"hello\n"), captured(b"oh"))
    assert found.signal == (changes.get("signal") or None)


@pytest.mark.parametrize(
    ("cause", "rule"),
    [
        ("timeout", "timeoutSeconds"),
        ("cpu", "cpuTimeSeconds"),
        ("memory", "memory"),
        ("processes", "processes"),
        ("output", "maxOutputBytes"),
        ("disk", "diskBytes"),
    ],
)
def test_a_limit_that_was_broken_is_named_as_its_field(cause: str, rule: str) -> None:
    found = of_run(ran(cause=cause, exitCode=1)).violation("a")
    assert found
    assert (found.kind, found.rule, found.severity, found.item) == ("limit", rule, "high", "a")
    assert found.message
    assert of_run(ran(exitCode=1)).violation("a") is None


def test_the_limits_that_are_named_are_those_of_the_item() -> None:
    limits = LIMITS.but(memory="64Mi", timeout_seconds=2)
    assert "64Mi" in of_run(ran(cause="memory"), limits=limits).message
    assert "after 2 s" in of_run(ran(cause="timeout"), limits=limits).message


def test_metrics_are_rounded_and_what_was_not_measured_is_left_out() -> None:
    found = of_run(ran(err=b"oh")).metrics
    assert found
    assert found.manifest() == {
        "executionTimeMs": 40,
        "cpuTimeMs": 22,
        "memoryUsedBytes": 9_437_184,
        "peakProcesses": 1,
        "outputBytes": 8,
    }
    blind = of_run(ran(cpuMs=-1, peakMemoryBytes=-1, peakProcesses=-1)).metrics
    assert blind
    assert blind.manifest() == {"executionTimeMs": 40, "outputBytes": 6}


HEAPS = [
    (
        Language.JAVASCRIPT,
        b"FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n",
        "ABRT",
    ),
    (Language.TYPESCRIPT, b"<--- JS stacktrace ---> JavaScript heap out of memory\n", "ABRT"),
    (Language.JAVA, b'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat A.main\n', ""),
    (Language.JAVA, b"java.lang.OutOfMemoryError: GC overhead limit exceeded\n", ""),
    (Language.JAVA, b"java.lang.OutOfMemoryError: Metaspace\n", ""),
    (Language.GO, b"fatal error: runtime: out of memory\n", ""),
]


@pytest.mark.parametrize(("language", "stderr", "signal"), HEAPS)
def test_a_runtime_that_gave_up_before_the_kernel_had_to(language: Language, stderr: bytes, signal: str) -> None:
    found = of_run(ran(err=stderr, exitCode=134, signal=signal), language=language)
    assert (found.reason, found.exit_code, found.signal) == (Reason.MEMORY_LIMIT_EXCEEDED, 137, None)
    assert found.message.startswith("out of memory: the program needed more than the 512Mi")
    violation = found.violation(None)
    assert violation
    assert violation.rule == "memory"


@pytest.mark.parametrize(
    ("step", "language", "reason"),
    [
        # It was caught, and the program ended well.
        (ran(err=HEAPS[2][1]), Language.JAVA, Reason.COMPLETED),
        # Another language's words are a program's own.
        (ran(err=HEAPS[2][1], exitCode=1), Language.PYTHON, Reason.NON_ZERO_EXIT),
        (ran(out=HEAPS[2][1], exitCode=1), Language.JAVA, Reason.NON_ZERO_EXIT),
        (ran(err=HEAPS[2][1], cause="timeout", exitCode=124), Language.JAVA, Reason.TIMEOUT),
        # A thread that cannot be made is not the heap.
        (ran(err=b"OutOfMemoryError: unable to create native thread", exitCode=1), Language.JAVA, Reason.NON_ZERO_EXIT),
    ],
)
def test_the_word_alone_does_not_make_it_so(step: Step, language: Language, reason: Reason) -> None:
    assert of_run(step, language=language).reason is reason


@pytest.mark.parametrize(
    ("out", "expected", "words", "same"),
    [
        (b"1 2\n", "1 2\n", False, True),
        (b"1 2", "1 2\n", False, False),
        (b"1  2\n", "1 2\n", False, False),
        (b"", "", False, True),
        ("é\n".encode(), "é\n", False, True),
        (b" 1\t2\n\n", "1 2", True, True),
        (b"1\v2\f\r\n", "1 2", True, True),
        (b"12", "1 2", True, False),
        (b"1 2 3", "1 2", True, False),
        (b"", " \n", True, True),
        # Only ASCII white space is between words.
        ("1\N{NO-BREAK SPACE}2".encode(), "1 2", True, False),
        (b"1 2 \xff", "1 2 \N{REPLACEMENT CHARACTER}", True, False),
    ],
)
def test_output_is_compared(out: bytes, expected: str, words: bool, same: bool) -> None:  # noqa: FBT001
    found = of_run(ran(out=out), expected=expected, words=words)
    assert found.reason is (Reason.COMPLETED if same else Reason.WRONG_OUTPUT)
    assert found.exit_code == 0
    assert found.success == same


@pytest.mark.parametrize(
    ("out", "expected", "words", "message"),
    [
        (b"1\n2\n", "1\n3\n", False, "line 2 is '2\\n', expected '3\\n'"),
        (b"1", "1\n", False, "line 1 is '1', expected '1\\n'"),
        (b"1\n", "1\n2\n", False, "it has 1 lines, expected 2"),
        (b"1 4\n5", "1 4 6", True, "word 3 is '5', expected '6'"),
        (b"1 2 3", "1 2", True, "it has 3 words, expected 2"),
        (b"", "1", True, "it has 0 words, expected 1"),
        (b"\x1b[31m\xff", "x", False, "line 1 is '\\x1b[31m\N{REPLACEMENT CHARACTER}', expected 'x'"),
    ],
)
def test_a_message_says_where_the_first_difference_is(out: bytes, expected: str, words: bool, message: str) -> None:  # noqa: FBT001
    found = of_run(ran(out=out), expected=expected, words=words)
    assert found.message == f"the output is not the expected one: {message}"


def test_a_difference_is_shown_in_brief() -> None:
    assert len(of_run(ran(out=b"x" * 50_000), expected="y" * 50_000).message) < 300


def cut(head: bytes, total: int) -> Step:
    """Of a longer output, this was kept from the start on; its digest is of all of it."""
    whole = ran(out=head, stdoutBytes=total, stdoutSha256="0" * 64, tokensSha256="0" * 64)
    return Step("run", 0, whole.started_at, Captured(((0, head), (total - 1, b"!"))), Captured(), whole.end)


@pytest.mark.parametrize("words", [False, True])
def test_output_that_was_cut_is_not_said_to_differ_where_it_was_cut(words: bool) -> None:  # noqa: FBT001
    """The last piece of what was kept goes on in what was not."""
    expected = "".join(f"{number}\n" for number in range(10_000))
    found = of_run(cut(expected[:1002].encode(), len(expected)), expected=expected, words=words)
    assert (found.reason, found.message) == (Reason.WRONG_OUTPUT, "the output is not the expected one")
    wrong = of_run(cut(b"0\nx\n2\n3", 100), expected=expected, words=words)
    assert "2 is 'x" in wrong.message


def test_a_difference_is_not_looked_for_where_nothing_was_kept() -> None:
    step = ran(out=b"", stdoutBytes=5, stdoutSha256="0" * 64)
    assert of_run(step, expected="hello").message == "the output is not the expected one"


def test_who_failed_otherwise_is_not_told_about_output() -> None:
    assert of_run(ran(exitCode=1), expected="other").reason is Reason.NON_ZERO_EXIT
    assert of_run(ran(cause="timeout"), expected="hello\n").reason is Reason.TIMEOUT


@pytest.mark.parametrize("words", [False, True])
def test_output_without_a_digest_is_not_the_programs_fault(words: bool) -> None:  # noqa: FBT001
    found = of_run(ran(stdoutSha256="", tokensSha256=""), expected="hello\n", words=words)
    assert (found.reason, found.exit_code) == (Reason.SANDBOX_ERROR, None)


@pytest.mark.parametrize(
    ("changes", "reason", "exit_code", "message"),
    [
        ({"exitCode": 1}, Reason.COMPILE_ERROR, 1, "the compiler ended with exit code 1"),
        ({"exitCode": 139, "signal": "SEGV"}, Reason.COMPILE_ERROR, 139, "signal SIGSEGV"),
        ({"cause": "memory", "exitCode": 137}, Reason.COMPILE_ERROR, 137, "out of memory: the compiler needed more"),
        ({"cause": "timeout", "exitCode": 124}, Reason.COMPILE_TIMEOUT, None, "still running after 30 s"),
        ({"cause": "cpu", "exitCode": 152}, Reason.COMPILE_ERROR, 152, "too much CPU time"),
        ({"cause": "processes", "exitCode": 137}, Reason.COMPILE_ERROR, 137, "too many processes"),
        ({"cause": "output", "exitCode": 153}, Reason.COMPILE_ERROR, 153, "too much output"),
        ({"cause": "disk", "exitCode": 153}, Reason.COMPILE_ERROR, 153, "too much space"),
    ],
)
def test_a_compilation_that_failed(
    changes: dict[str, Any], reason: Reason, exit_code: int | None, message: str
) -> None:
    found = of_compiler(compiled(err=b"  main.c:1: oops\n", **changes))
    assert (found.reason, found.exit_code, found.ran, found.success) == (reason, exit_code, False, False)
    assert message in found.message
    assert found.metrics
    assert found.metrics.manifest() == {"compileTimeMs": 40}
    assert found.violation(None) is None
    if reason is Reason.COMPILE_ERROR:
        assert found.message.endswith("\nmain.c:1: oops")


def test_what_a_compiler_says_is_text_whatever_it_was() -> None:
    step = Step("compile", 0, compiled().started_at, captured(b"out\xff"), captured(b"err\0\n"), compiled().end)
    assert endings.compiler_text(step) == "err\0\nout\N{REPLACEMENT CHARACTER}"


def test_an_end_of_exit_code_0_is_good_only_if_nothing_was_broken() -> None:
    for changes, good in (({}, True), ({"exitCode": 1}, False), ({"cause": "memory", "exitCode": 0}, False)):
        end = ran(**changes).end
        assert isinstance(end, End)
        assert end.good == good
