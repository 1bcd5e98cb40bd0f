"""What a policy demands of a node is there, and status says what held the program."""

from tests.harness.runs import Run
from tests.matrix.cases import Case, of, source


@of(
    *[
        Case(
            f"{language}-isolation-required",
            language,
            {"code": source(language, "hello")},
            {"isolation": {"require": ["Landlock", "Seccomp"]}},
        )
        for language in ("python", "cpp", "java")
    ]
)
async def test_landlock_and_the_filter_are_in_force(run: Run) -> None:
    assert (run.reason, run.output) == ("Completed", "hello\n"), run
    isolation = run.status["isolation"]
    assert isolation["landlock"] >= 1
    assert isolation["syscallFilter"] is True
    assert isolation["network"] == "Denied"
    assert isolation["cgroup"] in ("v1", "v2")
    assert run.status["policy"]["require"] == ["Landlock", "Seccomp"]
