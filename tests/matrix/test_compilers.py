"""Compilers are programs of strangers too: they have limits of their own, and what they say is brought back."""

from tests.harness.kubectl import Object
from tests.harness.runs import Run
from tests.matrix.cases import Case, of, source


def _limits(language: str, **limits: object) -> Object:
    return {"languages": {language: {"limits": {"compile": limits}}}}


@of(
    *[
        Case(
            f"{language}-compile-timeout",
            language,
            {"code": source(language, "compile-for-ever")},
            _limits(language, timeoutSeconds=1),
        )
        for language in ("cpp", "rust")
    ]
)
async def test_a_compiler_that_takes_for_ever(run: Run) -> None:
    assert (run.reason, run.phase) == ("CompileTimeout", "Failed"), run
    assert "after 1 s" in run.message
    assert 1000 <= run.status["metrics"]["compileTimeMs"] <= 2000
    assert not {"exitCode", "output"} & set(run.status), "the program never ran"


@of(
    Case("c-compile-memory", "c", {"code": source("c", "compile-for-ever")}, _limits("c", memory="128Mi")),
    Case("cpp-compile-memory", "cpp", {"code": source("cpp", "compile-for-ever")}, _limits("cpp", memory="128Mi")),
)
async def test_a_compiler_that_takes_all_memory(run: Run) -> None:
    assert run.reason == "CompileError", run
    assert "out of memory" in run.message
    assert "executionTimeMs" not in run.status["metrics"]


@of(
    Case(
        "c-small-program-large-compiler",
        "c",
        {"code": source("c", "memory-bomb"), "limits": {"memory": "48Mi"}},
        _limits("c", memory="300Mi"),
    )
)
async def test_the_program_has_its_own_limit_beside_the_compilers(run: Run) -> None:
    assert (run.reason, run.exit_code) == ("MemoryLimitExceeded", 137), run
    assert "48Mi" in run.message
    assert run.status["limits"]["compile"] == {"timeoutSeconds": 30, "memory": "300Mi"}


WARNING = '#include <stdio.h>\n#warning only a warning\nint main(void) { puts("ran"); }\n'


@of(Case("c-warning", "c", {"code": WARNING}))
async def test_a_warning_is_shown_and_nothing_else(run: Run) -> None:
    assert (run.reason, run.output) == ("Completed", "ran\n"), run
    assert "main.c:2:2: warning: #warning only a warning" in run.status["compilerOutput"]


INCLUDES = '#include "/etc/passwd"\n#include "/proc/self/environ"\nint main(void) {}\n'


@of(Case("c-include", "c", {"code": INCLUDES}))
async def test_a_compiler_reads_no_more_than_it_needs(run: Run) -> None:
    assert run.reason == "CompileError", run
    assert "/etc/passwd: Permission denied" in run.message
    assert "root:" not in run.message
