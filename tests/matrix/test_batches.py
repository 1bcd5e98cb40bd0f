"""Many runs in one sandbox: each with its own input, limits and verdict, and none the worse for the one before it."""

from tests.harness.kubectl import Object
from tests.harness.runs import Run
from tests.matrix.cases import Case, of, source

ITEMS: list[Object] = [
    {"name": "right", "stdin": "1 2 3", "expectedOutput": "6\n"},
    {"name": "wrong", "stdin": "1 2 3", "expectedOutput": "7\n"},
    {"name": "exact", "stdin": "1 2 3", "expectedOutput": "6"},
    {"name": "words", "stdin": "1 2 3", "expectedOutput": "  6 ", "outputMatch": "IgnoreWhitespace"},
    {"name": "other-words", "stdin": "1 2 3", "expectedOutput": "6 6", "outputMatch": "IgnoreWhitespace"},
    {"name": "inherits"},
    {"name": "fails", "args": ["fail"], "expectedOutput": "6\n"},
    {"name": "loops", "args": ["loop"], "timeoutSeconds": 1},
    {"name": "after-loop", "stdin": "4 5", "expectedOutput": "9\n"},
    {"name": "burns", "args": ["loop"], "limits": {"cpuTimeSeconds": 1}},
    {"name": "hoards", "args": ["hoard"], "limits": {"memory": "64Mi"}},
    {"name": "after-hoard", "stdin": "4 5", "expectedOutput": "9\n"},
    {"name": "forks", "args": ["fork"], "limits": {"processes": 3}},
    {"name": "after-fork", "stdin": "4 5", "expectedOutput": "9\n", "limits": {"processes": 1}},
]
VERDICTS = {
    "right": ("Completed", 0, "6\n"),
    "wrong": ("WrongOutput", 0, "6\n"),
    "exact": ("WrongOutput", 0, "6\n"),
    "words": ("Completed", 0, "6\n"),
    "other-words": ("WrongOutput", 0, "6\n"),
    "inherits": ("Completed", 0, "100\n"),
    "fails": ("NonZeroExit", 3, ""),
    "loops": ("Timeout", 124, ""),
    "after-loop": ("Completed", 0, "9\n"),
    "burns": ("CPUTimeExceeded", 152, ""),
    "hoards": ("MemoryLimitExceeded", 137, ""),
    "after-hoard": ("Completed", 0, "9\n"),
    "forks": ("ProcessLimitExceeded", 137, ""),
    "after-fork": ("Completed", 0, "9\n"),
}
JUDGED = [
    Case(
        f"{language}-batch",
        language,
        {"code": source(language, "judged"), "stdin": "99 1", "timeoutSeconds": 20, "batch": ITEMS},
    )
    for language in ("python", "cpp")
]


@of(*JUDGED)
async def test_each_item_has_its_verdict(run: Run) -> None:
    items = {item["name"]: item for item in run.status["batch"]}
    assert list(items) == [item["name"] for item in ITEMS]
    found = {name: (item["reason"], item.get("exitCode"), item.get("output", "")) for name, item in items.items()}
    assert found == VERDICTS, run
    assert {name for name, item in items.items() if item["success"]} == {
        name for name, (reason, *_) in VERDICTS.items() if reason == "Completed"
    }
    assert "line 1 is '6\\n', expected '7\\n'" in items["wrong"]["error"]["message"]
    assert "2" in items["other-words"]["error"]["message"], "how many words were expected"
    assert "64Mi" in items["hoards"]["error"]["message"]
    assert items["loops"]["metrics"]["executionTimeMs"] <= 2000
    assert items["burns"]["metrics"]["cpuTimeMs"] <= 2000


@of(*JUDGED)
async def test_the_whole_ends_like_the_first_that_failed(case: Case, run: Run) -> None:
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "WrongOutput", 0), run
    assert "8 of 14 items failed; the first is wrong" in run.message
    rules = {violation["item"]: violation["rule"] for violation in run.status["violations"]}
    assert rules == {
        "loops": "timeoutSeconds",
        "burns": "cpuTimeSeconds",
        "hoards": "memory",
        "forks": "processes",
    }
    parts = [item["metrics"] for item in run.status["batch"]]
    whole = run.status["metrics"]
    for name in ("executionTimeMs", "cpuTimeMs", "outputBytes"):
        assert whole[name] == sum(part[name] for part in parts), name
    for name in ("memoryUsedBytes", "peakProcesses"):
        assert whole[name] == max(part[name] for part in parts), name
    assert ("compileTimeMs" in whole) == (case.language == "cpp")


@of(
    Case(
        "c-batch-all-well",
        "c",
        {
            "code": source("c", "echo"),
            "batch": [{"name": f"n{n}", "args": [str(n)], "expectedOutput": f"{n}\n"} for n in range(100)],
        },
    )
)
async def test_a_hundred_items_compiled_once(run: Run) -> None:
    assert (run.phase, run.reason, run.exit_code) == ("Succeeded", "Completed", 0), run
    assert [item["output"] for item in run.status["batch"]] == [f"{n}\n" for n in range(100)]
    whole = run.status["metrics"]
    assert all(item["metrics"]["compileTimeMs"] == whole["compileTimeMs"] for item in run.status["batch"]), "once"


@of(
    Case(
        "c-batch-of-programs",
        "c",
        {
            "batch": [
                {"name": "hello", "code": source("c", "hello"), "expectedOutput": "hello\n"},
                {"name": "broken", "code": source("c", "compile-error")},
                {"name": "seven", "code": source("c", "exit-7")},
                {"name": "echo", "files": [{"path": "tool/echo.c", "content": source("c", "echo")}], "args": ["x"]},
                {"name": "hello-again", "code": source("c", "hello"), "expectedOutput": "hello\n"},
            ],
        },
    )
)
async def test_items_with_programs_of_their_own(run: Run) -> None:
    found = {item["name"]: (item["reason"], item.get("output")) for item in run.status["batch"]}
    assert found == {
        "hello": ("Completed", "hello\n"),
        "broken": ("CompileError", None),
        "seven": ("NonZeroExit", "leaving\n"),
        "echo": ("Completed", "x\n"),
        "hello-again": ("Completed", "hello\n"),
    }, run
    assert "main.c:2:12: error" in run.status["compilerOutput"]
    assert (run.reason, run.exit_code) == ("CompileError", 1)


@of(
    Case(
        "python-batch-leaves-nothing",
        "python",
        {
            "code": source("python", "judged"),
            "access": {"filesystem": True},
            "artifacts": ["left"],
            "batch": [
                {"name": "litters", "args": ["litter"]},
                {"name": "looks", "args": ["look"], "expectedOutput": "['main.py'] []\n"},
                {"name": "litters-again", "args": ["litter"]},
            ],
        },
    )
)
async def test_files_of_one_item_are_gone_before_the_next(run: Run) -> None:
    assert run.reason == "Completed", run
    found = [(artifact["item"], artifact["path"], artifact["content"]) for artifact in run.status["artifacts"]]
    assert found == [("litters", "left", "here"), ("litters-again", "left", "here")]
