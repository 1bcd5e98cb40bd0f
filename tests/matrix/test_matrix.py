"""Every language and everything a program can come to: the right reason, within its limit, and the node unharmed."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.harness.kubectl import Kubectl, Object
from tests.harness.runs import Run
from tests.matrix.cases import LANGUAGES, Case, files, of, source
from tests.matrix.conftest import Launched
from tests.matrix.table import Cell

SHARED = ("python", "rust", "cpp", "c")
"""Languages whose programs can fork; the others start other programs, for which they need the right."""
COMPILED = ("go", "typescript", "rust", "java", "cpp", "c")
COMMANDS: Object = {"access": {"commands": True}}
FILES: Object = {"access": {"filesystem": True}}
SLACK_MS = 1000
"""How far past a limit a run may have gone, by its own figures."""


@dataclass(frozen=True)
class Want:
    reason: str = "Completed"
    exit_code: int | None = 0
    output: str = ""
    """The beginning of it, for a run that was cut short; else all of it."""
    stderr: str = ""
    """A regular expression; nothing at all for a run that succeeds."""
    message: str = ""
    """A regular expression."""
    signal: str | None = None
    broken: str | None = None
    """The limit, as its field is called."""
    compiled: bool = True
    processes: int = 1
    """So many were seen at once, at least."""


@dataclass(frozen=True)
class Row:
    want: Want
    program: str = ""
    """The case's name, unless it says otherwise."""
    spec: Object = field(default_factory=dict)
    wants: Mapping[str, Want] = field(default_factory=dict)
    """Of languages in which something else is right."""
    specs: Mapping[str, Object] = field(default_factory=dict)
    """What a language needs besides."""


def failed(code: int, stderr: str, output: str = "") -> Want:
    return Want("NonZeroExit", code, output, stderr, rf"exit code {code}\b")


def signalled(name: str, code: int, stderr: str, output: str = "") -> Want:
    return Want("Signalled", code, output, stderr, f"SIG{name}", signal=name)


def exceeded(reason: str, code: int, broken: str, message: str, output: str = "", processes: int = 1) -> Want:
    return Want(reason, code, output, message=message, broken=broken, processes=processes)


def mistake(message: str) -> Want:
    return Want("CompileError", 1, message=message, compiled=False)


def each(languages: tuple[str, ...], spec: Object) -> dict[str, Object]:
    return dict.fromkeys(languages, spec)


_UNFORKED = each(("javascript", "typescript", "go", "java"), COMMANDS)
_OOM = exceeded("MemoryLimitExceeded", 137, "memory", "out of memory: .* 96Mi")
_UNICODE = "naïve – Привет – 你好 – 🌍 23\n"  # noqa: RUF001
_DENIED = r"(?i)permission ?denied|EACCES"
_FLOOD: Object = {"limits": {"maxOutputBytes": 1 << 20, "outputBytes": 4096}}

ROWS = {
    "hello": Row(Want(output="hello\n")),
    "args-and-stdin": Row(
        Want(output="one|two words||ünï\nfirst\nsecond"),
        program="echo",
        spec={"args": ["one", "two words", "", "ünï"], "stdin": "first\nsecond"},
    ),
    "multi-file": Row(Want(output="answer 42\n")),
    "compile-error": Row(
        Want(),
        wants={
            "go": mistake(r"main\.go:6:14: invalid operation(.|\n)*main\.go:7:2: declared and not used: unused"),
            "python": failed(1, r'main\.py", line 2\n(.|\n)*SyntaxError'),
            "javascript": failed(1, r"main\.js:3\n(.|\n)*SyntaxError"),
            "typescript": mistake(r"main\.ts:2:16"),
            "rust": mistake(r"error\[E0308\]: mismatched types\n --> main\.rs:2:22"),
            "java": mistake(r"Main\.java:3: error: incompatible types"),
            "cpp": mistake(r"main\.cpp:4:22: error: cannot convert"),
            "c": mistake(r"main\.c:2:12: error: .never. undeclared"),
        },
    ),
    "runtime-error": Row(
        Want(),
        wants={
            "go": failed(2, r"index out of range(.|\n)*main\.inner(.|\n)*main\.go:7 (.|\n)*main\.go:12 ", "begun\n"),
            "python": failed(1, r'main\.py", line 6, in outer\n(.|\n)*line 2, in inner\n(.|\n)*IndexError', "begun\n"),
            "javascript": failed(
                1, r"TypeError(.|\n)*at inner \(.*main\.js:2:\d+\)\n *at outer \(.*main\.js:6:", "begun\n"
            ),
            "typescript": failed(
                1, r"TypeError(.|\n)*at inner \(.*main\.ts:6:\d+\)\n *at outer \(.*main\.ts:10:", "begun\n"
            ),
            "rust": failed(101, r"panicked at main\.rs:3:5:\n(.|\n)*main::inner\n(.|\n)*main::outer", "begun\n"),
            "java": failed(
                1, r"OutOfBounds(.|\n)*at Main\.inner\(Main\.java:3\)\n\s*at Main\.outer\(Main\.java:7\)", "begun\n"
            ),
            "cpp": signalled("ABRT", 134, r"main\.cpp:7: int inner\(.*Assertion", "begun\n"),
            "c": signalled("ABRT", 134, r"main\.c:6: .*inner.*Assertion", "begun\n"),
        },
    ),
    "exit-code-7": Row(failed(7, "^$", "leaving\n"), program="exit-7"),
    "uncaught-exception": Row(
        Want(),
        program="uncaught",
        wants={
            "go": failed(2, r"panic: .*gone off(.|\n)*main\.go:6"),
            "python": failed(1, r'main\.py", line 5(.|\n)*Boom: gone off'),
            "javascript": failed(1, r"main\.js:4(.|\n)*Boom.*gone off\n *at fail"),
            "typescript": failed(1, r"main\.ts:4(.|\n)*Boom.*gone off\n *at fail"),
            "rust": failed(1, r'Error: "gone off"'),
            "java": failed(1, r"Main\$Boom: gone off\n\s*at Main\.main\(Main\.java:9\)"),
            "cpp": signalled("ABRT", 134, r"terminate called .*'std::runtime_error'\n.*gone off"),
            "c": signalled("SEGV", 139, "gone off"),
        },
    ),
    "endless-loop-by-the-clock": Row(
        exceeded("Timeout", 124, "timeoutSeconds", "after 6 s", "looping\n"),
        program="endless-loop",
        spec={"timeoutSeconds": 6},
    ),
    "endless-loop-by-cpu-time": Row(
        exceeded("CPUTimeExceeded", 152, "cpuTimeSeconds", "1 s of CPU time", "looping\n"),
        program="endless-loop",
        spec={"timeoutSeconds": 60, "limits": {"cpuTimeSeconds": 1}},
    ),
    "busy-children": Row(
        exceeded("CPUTimeExceeded", 152, "cpuTimeSeconds", "1 s of CPU time", "working\n", processes=4),
        spec={"timeoutSeconds": 60, "limits": {"cpuTimeSeconds": 1}},
        specs=_UNFORKED,
    ),
    "sleep": Row(
        exceeded("Timeout", 124, "timeoutSeconds", "after 6 s", "asleep\n"),
        spec={"timeoutSeconds": 6},
    ),
    "memory-bomb": Row(_OOM, spec={"limits": {"memory": "96Mi"}}),
    "deep-recursion": Row(
        Want(),
        wants={
            # A goroutine's stack grows to 1 GB: the memory limit comes first.
            "go": exceeded("MemoryLimitExceeded", 137, "memory", "out of memory: .* 512Mi"),
            "python": failed(1, r"line 2, in down\n(.|\n)*RecursionError"),
            "javascript": failed(1, r"RangeError: Maximum call stack size exceeded\n *at down \(.*main\.js:2:"),
            "typescript": failed(1, r"RangeError: Maximum call stack size exceeded\n *at down \(.*main\.ts:2:"),
            "rust": signalled("ABRT", 134, "thread 'main' has overflowed its stack"),
            "java": failed(1, r"StackOverflowError\n\s*at Main\.down\(Main\.java:3\)"),
            "cpp": signalled("SEGV", 139, "^$"),
            "c": signalled("SEGV", 139, "^$"),
        },
    ),
    "fork-bomb": Row(
        exceeded("ProcessLimitExceeded", 137, "processes", "more than 4 processes", processes=5),
        spec={"limits": {"processes": 4}},
        specs=_UNFORKED,
    ),
    "flood-of-stdout": Row(
        exceeded("OutputLimitExceeded", 153, "maxOutputBytes", "more than 1,048,576 bytes of output"),
        program="output-flood",
        spec={"args": ["stdout"], **_FLOOD},
    ),
    "flood-of-stderr": Row(
        exceeded("OutputLimitExceeded", 153, "maxOutputBytes", "more than 1,048,576 bytes of output"),
        program="output-flood",
        spec={"args": ["stderr"], **_FLOOD},
    ),
    "disk-fill": Row(
        exceeded("DiskLimitExceeded", 153, "diskBytes", "more than 4,194,304 bytes of files"),
        spec={"limits": {"diskBytes": 4 << 20}, **FILES},
    ),
    "disk-fill-without-the-right": Row(
        failed(1, _DENIED),
        program="disk-fill",
        wants={"go": failed(2, _DENIED), "rust": failed(101, _DENIED)},
    ),
    "unicode": Row(Want(output=_UNICODE)),
    "empty-program": Row(
        Want(),
        program="empty",
        wants={
            "go": mistake(r"main\.go:1:\d+: expected 'package'"),
            "rust": mistake("`main` function not found"),
            "java": mistake("no class has a method `public static void main"),
            "cpp": mistake("undefined reference to `main'"),
            "c": mistake("undefined reference to `main'"),
        },
    ),
}


def _merged(first: Object, second: Object) -> Object:
    return {**first, **second}


def _case(name: str, row: Row, language: str) -> Case:
    program = row.program or name
    content = {"files": files(language, program)} if name == "multi-file" else {"code": source(language, program)}
    return Case(f"{language}-{name}", language, {**content, **_merged(row.spec, row.specs.get(language, {}))})


WANTED = {
    _case(name, row, language): (name, row.wants.get(language, row.want))
    for name, row in ROWS.items()
    for language in LANGUAGES
}


@of(*WANTED)
async def test_the_right_verdict(case: Case, run: Run, cells: dict[tuple[str, str], Cell]) -> None:
    name, want = WANTED[case]
    cells[name, case.language] = Cell.of(run)
    assert (run.reason, run.exit_code, run.status.get("signal")) == (want.reason, want.exit_code, want.signal), run
    if want.broken:
        assert run.output.startswith(want.output), run
        assert [violation["rule"] for violation in run.status["violations"]] == [want.broken], run
    else:
        assert run.output == want.output, run
        assert "violations" not in run.status, run
    assert re.search(want.message, run.message), run
    assert re.search(want.stderr or ("" if want.broken else "^$"), run.stderr), run
    _figures(case, run, want)


def _figures(case: Case, run: Run, want: Want) -> None:
    """Plausible, and no limit overrun by more than a second."""
    metrics, limits = run.status["metrics"], run.status["limits"]
    assert ("compileTimeMs" in metrics) == (case.language in COMPILED), run
    if not want.compiled:
        assert "executionTimeMs" not in metrics, "it never ran"
        return
    assert 0 < metrics["executionTimeMs"] <= limits["timeoutSeconds"] * 1000 + SLACK_MS, run
    assert 0 < metrics["cpuTimeMs"] <= limits["cpuTimeSeconds"] * 1000 + SLACK_MS, run
    assert metrics["cpuTimeMs"] <= 2 * metrics["executionTimeMs"] + SLACK_MS, run
    assert metrics["memoryUsedBytes"] > 0, run
    assert metrics["peakProcesses"] >= want.processes, run
    assert metrics["outputBytes"] >= len(run.output.encode()) or "truncated" in run.status, run


@of(*[case for case, (name, _) in WANTED.items() if name.startswith("flood")])
async def test_a_flood_is_kept_at_both_ends(case: Case, run: Run) -> None:
    kept = run.stderr if case.name.endswith("stderr") else run.output
    assert run.status["metrics"]["outputBytes"] > 1 << 20
    assert "bytes left out" in kept
    assert 3000 < len(kept) < 5000
    assert kept.startswith(("x" * 99 + "\n", "0" * 99 + "\n"))


async def test_the_next_run_on_the_node_is_unharmed(launched: Launched) -> None:
    """In every language, when all of the above is over."""
    await launched.over()
    hellos = [replace(case, name=f"{case.name}-again") for case, (name, _) in WANTED.items() if name == "hello"]
    launched.apply(hellos)
    for run in [await launched.verdict(case) for case in hellos]:
        assert (run.reason, run.output) == ("Completed", "hello\n"), run


async def test_the_node_is_well(launched: Launched, kubectl: Kubectl) -> None:
    await launched.over()
    for node in json.loads(await kubectl.read("get", "nodes", "-o", "json"))["items"]:
        conditions = {c["type"]: c["status"] for c in node["status"]["conditions"]}
        assert conditions["Ready"] == "True"
        assert conditions["PIDPressure"] == conditions["MemoryPressure"] == conditions["DiskPressure"] == "False"
