"""The job that a sandbox is handed: how each language is compiled and started, and what a step may do."""

from typing import Any

import orjson
import pytest

from codeexec.domain.job import confinement, job, wall_time
from codeexec.domain.languages import IMAGES, TOOLCHAINS, heap_bytes
from codeexec.domain.policy import effective, effective_limits
from codeexec.models.spec import Access, Language
from codeexec.models.status import EffectiveLimits
from tests.unit.domain import strict_runner
from tests.unit.domain.examples import BUILT_IN, COMPILED, LIMITS, UID, execution, policy

LIB = "@/usr/local/lib/codeexec"
ARGV: dict[str, tuple[list[str] | None, list[str]]] = {
    "python": (None, ["/usr/bin/python3", "-u", "-B", "main.py"]),
    "javascript": (None, ["/usr/bin/node", "--max-old-space-size=192", "main.js"]),
    "typescript": (
        ["/usr/local/bin/esbuild", "main.ts", "--bundle", "--outfile=.build/main.mjs"],
        ["/usr/bin/node", "--max-old-space-size=192", "--enable-source-maps", ".build/main.mjs"],
    ),
    "go": (["/usr/local/bin/go-compile", "-o", ".build/main", "main.go"], [".build/main"]),
    "rust": (["/usr/bin/rustc", f"{LIB}/rust.args", "-o", ".build/main", "main.rs"], [".build/main"]),
    "java": (
        ["/usr/bin/java", f"{LIB}/compile.args", "Main.java", "Main.java"],
        ["/usr/bin/java", f"{LIB}/run.args", "-Xmx768m", "-jar", ".build/main.jar"],
    ),
    "cpp": (["/usr/bin/g++", f"{LIB}/c++.args", "-o", ".build/main", "main.cpp"], [".build/main"]),
    "c": (["/usr/bin/gcc", f"{LIB}/c.args", "-o", ".build/main", "main.c", "-lm"], [".build/main"]),
}


def made(limits: EffectiveLimits | None = None, **spec: Any) -> dict[str, Any]:
    """Under the built-in policy; taken by the runner."""
    run = execution(**spec)
    built_in = effective(None, run.spec.language)
    line = orjson.dumps(job(run, limits or effective_limits(run, built_in), BUILT_IN))
    return strict_runner.take(line)


@pytest.mark.parametrize("language", ARGV)
def test_each_language_is_compiled_and_started_as_its_image_expects(language: str) -> None:
    found = made(language=language, code="1", args=["--flag", "x y"])
    (program,), (run,) = found["programs"], found["runs"]
    compiler, start = ARGV[language]
    assert run["argv"] == [*start, "--flag", "x y"]
    assert ("compile" in program) == (compiler is not None)
    if compiler:
        argv = program["compile"]["argv"]
        assert argv[: len(compiler) - 1] == compiler[:-1]
        assert compiler[-1] in argv
    assert (found["v"], found["id"], found["gate"], found["require"]) == (2, UID, "join", [])


@pytest.mark.parametrize(
    ("language", "paths", "entrypoint", "compiler"),
    [
        ("c", ["b.c", "x.h", "lib/a.c"], "b.c", ["b.c", "lib/a.c", "-lm"]),
        ("cpp", ["-o.cpp", "@a.cc", "x.hpp"], "-o.cpp", ["./-o.cpp", "./@a.cc"]),
        ("c", ["run"], "run", ["run", "-lm"]),
        ("java", ["A.java", "app/B.java", "x.txt"], "app/B.java", ["app/B.java", "A.java", "app/B.java"]),
        ("go", ["a.go", "b.go"], "b.go", ["b.go"]),
        ("rust", ["util.rs", "main.rs"], "main.rs", ["main.rs"]),
        ("typescript", ["@main.ts", "b.ts"], "@main.ts", ["./@main.ts"]),
    ],
)
def test_a_compiler_is_given_what_it_needs(
    language: str, paths: list[str], entrypoint: str, compiler: list[str]
) -> None:
    files = [{"path": path, "content": ""} for path in paths]
    (program,) = made(language=language, files=files, entrypoint=entrypoint)["programs"]
    argv = program["compile"]["argv"]
    at = argv.index(compiler[0])
    assert argv[at : at + len(compiler)] == compiler


@pytest.mark.parametrize(("path", "argument"), [("-c", "./-c"), ("@x", "./@x"), ("a/-c", "a/-c")])
def test_no_interpreter_takes_a_file_for_an_option(path: str, argument: str) -> None:
    for language in ("python", "javascript"):
        (run,) = made(language=language, files=[{"path": path, "content": ""}], entrypoint=path)["runs"]
        assert run["argv"][-1] == argument


def test_bytes_stay_bytes() -> None:
    (program,) = made(files=[{"path": "main.py", "content": "1"}, {"path": "x", "contentBase64": "AAEC"}])["programs"]
    assert program["files"] == [{"path": "main.py", "content": "1"}, {"path": "x", "base64": "AAEC"}]


def test_environment_is_over_that_of_the_language() -> None:
    (run,) = made(language="rust", env=[{"name": "A", "value": "1"}])["runs"]
    assert run["env"] == {"RUST_BACKTRACE": "1", "A": "1"}
    (run,) = made(language="rust", env=[{"name": "RUST_BACKTRACE", "value": "0"}])["runs"]
    assert run["env"] == {"RUST_BACKTRACE": "0"}


SHUT = {"write": [], "execute": [], "commands": False, "network": False}


@pytest.mark.parametrize("language", Language)
def test_without_a_right_everything_is_shut(language: Language) -> None:
    found = confinement(TOOLCHAINS[language], Access())
    assert {name: found[name] for name in SHUT} == SHUT
    assert {"/usr", "."} <= set(found["read"])
    assert not {"/", "/proc/1", "/dev", "/root", "/home", "/var", "/tmp", "/workspace"} & set(found["read"])  # noqa: S108


@pytest.mark.parametrize(
    ("right", "opens"),
    [
        ("network", {"network": True}),
        ("filesystem", {"write": [".", "/tmp"]}),  # noqa: S108
        ("commands", {"commands": True, "execute": ["/usr", "."]}),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_right_opens_what_belongs_to_it_and_nothing_else(
    language: Language, right: str, opens: dict[str, Any]
) -> None:
    toolchain = TOOLCHAINS[language]
    found = confinement(toolchain, Access.model_validate({right: True}))
    assert {name: found[name] for name in SHUT} == SHUT | opens
    more = set(found["read"]) - set(toolchain.read)
    assert bool(more) == (right == "network")
    assert all(path.startswith("/etc/") for path in more)


@pytest.mark.parametrize("language", [name for name, (compiler, _) in ARGV.items() if compiler])
def test_a_compiler_writes_where_programs_cannot_and_never_has_the_network(language: str) -> None:
    access = {"network": True, "filesystem": True, "commands": True}
    (program,) = made(language=language, code="1", access=access)["programs"]
    rules = program["compile"]["confine"]
    assert (rules["write"], rules["execute"]) == ([".build", "/tmp"], ["/usr"])  # noqa: S108
    assert (rules["commands"], rules["network"]) == (True, False)


def test_a_policy_can_require_defences() -> None:
    found = job(execution(), LIMITS, BUILT_IN.but(require=("Seccomp", "Landlock")))
    assert found["require"] == ["seccomp", "landlock"]


def test_limits_are_told_in_the_runners_units() -> None:
    limits = LIMITS.but(timeout_seconds=7, cpu_time_seconds=3, processes=2, output_bytes=1024, disk_bytes=65_536)
    assert made(limits)["runs"][0]["limits"] == {
        "wallMs": 7000,
        "cpuMs": 3000,
        "memoryBytes": 0,
        "processes": 2,
        "tasks": 256,
        "outputBytes": 1024,
        "maxOutputBytes": 16 << 20,
        "diskBytes": 65_536,
    }


@pytest.mark.parametrize(
    ("whole", "item", "compiler", "run_bytes", "compile_bytes"),
    [
        ("512Mi", None, "512Mi", 0, 0),  # the container's own limit holds
        ("256Mi", None, "512Mi", 256, 0),
        ("512Mi", None, "256Mi", 0, 256),
        ("512Mi", "64Mi", "512Mi", 64, 0),
        ("256Mi", "64Mi", "512Mi", 64, 0),
        ("512Mi", "512Mi", "512Mi", 0, 0),
    ],
)
def test_the_runner_holds_memory_where_the_container_does_not(
    whole: str, item: str | None, compiler: str, run_bytes: int, compile_bytes: int
) -> None:
    assert COMPILED.compile
    limits = COMPILED.but(memory=whole, compile=COMPILED.compile.but(memory=compiler))
    batch = [{"name": "a", "limits": {"memory": item}}] if item else []
    found = made(limits, language="c", batch=batch)
    assert found["runs"][0]["limits"]["memoryBytes"] == run_bytes << 20
    assert found["programs"][0]["compile"]["limits"]["memoryBytes"] == compile_bytes << 20


@pytest.mark.parametrize(("memory", "heap"), [("32Mi", 16), ("64Mi", 16), ("128Mi", 64), ("256Mi", 192), ("1Gi", 768)])
def test_a_runtime_with_a_heap_of_its_own_stays_below_its_limit(memory: str, heap: int) -> None:
    found = made(LIMITS.but(memory=memory), language="javascript")
    assert f"--max-old-space-size={heap}" in found["runs"][0]["argv"]
    item = {"name": "a", "limits": {"memory": memory}}
    small = made(LIMITS.but(memory="1Gi"), language="javascript", batch=[item])
    assert f"--max-old-space-size={heap}" in small["runs"][0]["argv"]
    assert heap_bytes(16 << 20) >= 16 << 20


def test_the_backstop_against_fork_bombs_is_above_the_limit_of_processes() -> None:
    """Else fork() fails where the run should end as ProcessLimitExceeded."""
    for processes in (1, 5, 100, 1000):
        limits = made(LIMITS.but(processes=processes))["runs"][0]["limits"]
        assert limits["tasks"] > processes + 100 or limits["tasks"] == 2 * processes


def test_programs_of_a_batch_have_folders_of_their_own_and_one_alone_has_the_workspace() -> None:
    def folders(*codes: str) -> list[str]:
        batch = [{"name": f"i{number}", "code": code} for number, code in enumerate(codes)]
        return [program["dir"] for program in made(code=None, batch=batch)["programs"]]

    assert folders("1", "1") == ["."]
    assert folders("1", "2", "1", "3") == ["program-0", "program-1", "program-2"]


def test_runs_of_a_batch_say_which_program_they_are_of() -> None:
    batch = [{"name": "a"}, {"name": "b", "code": "2", "stdin": "in"}, {"name": "c", "args": ["x"]}]
    runs = made(batch=batch)["runs"]
    assert [(run["program"], run["stdin"], run["argv"][-1]) for run in runs] == [
        (0, "", "main.py"),
        (1, "in", "main.py"),
        (0, "", "x"),
    ]


def test_the_items_of_a_batch_share_what_is_kept_of_output() -> None:
    for items, kept in ((1, 65_536), (4, 65_536), (16, 16_384), (100, 2621)):
        runs = made(batch=[{"name": f"i{number}"} for number in range(items)])["runs"]
        assert {run["limits"]["outputBytes"] for run in runs} == {kept}


def test_an_expected_output_stays_outside() -> None:
    batch = [{"name": "a", "expectedOutput": "the secret answer"}, {"name": "b"}]
    found = made(batch=batch)
    assert [run["digest"] for run in found["runs"]] == [True, False]
    assert b"secret" not in orjson.dumps(found)


def test_what_is_brought_back_is_bounded_for_all_runs_together() -> None:
    run = execution(access={"filesystem": True}, artifacts=["out/*.png", "**/*.csv"])
    found = job(run, LIMITS, BUILT_IN)["artifacts"]
    assert found == {"globs": ["out/*.png", "**/*.csv"], "maxFiles": 20, "maxBytes": 786_432}


def test_the_time_of_all_steps_together() -> None:
    batch = [{"name": "a"}, {"name": "b", "timeoutSeconds": 5}, {"name": "c", "code": "2"}]
    assert wall_time(execution().spec, LIMITS).total_seconds() == 30
    assert wall_time(execution().spec, COMPILED).total_seconds() == 30 + 30 + 1
    assert wall_time(execution(batch=batch).spec, LIMITS).total_seconds() == 65 + 2
    assert wall_time(execution(batch=batch).spec, COMPILED).total_seconds() == 65 + 2 * 30 + 4


def test_every_language_has_an_image() -> None:
    assert set(IMAGES) == {"python", "node", "go", "rust", "java", "gcc"}
    assert {toolchain.image for toolchain in TOOLCHAINS.values()} == set(IMAGES)


def test_the_policy_of_another_language_changes_nothing() -> None:
    tight = effective(policy("go", memory="32Mi"), Language.PYTHON)
    run = execution()
    assert job(run, effective_limits(run, tight), BUILT_IN) == made()
