"""What a CodeExecution comes to: distinct programs, the runs of them, and what is wrong with either."""

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain.job import job
from codeexec.domain.policy import effective, effective_limits
from codeexec.domain.program import MAX_FILES_OF_ALL, MAX_INPUT_CHARS, argument, content_of, plan, problem, sources
from codeexec.domain.refusals import refusal
from codeexec.models.execution import CodeExecution
from codeexec.models.spec import ExecutionSpec, SourceFile
from tests.unit.domain import strict_runner
from tests.unit.domain.examples import ALL_ALLOWED, meta, policy, spec_of
from tests.unit.domain.specs import SPECS


def file(path: str, content: str = "") -> dict[str, str]:
    return {"path": path, "content": content}


def batch(*items: dict[str, Any], **spec: Any) -> ExecutionSpec:
    return spec_of(batch=[{"name": f"i{number}", **item} for number, item in enumerate(items)], **spec)


def test_code_is_a_program_of_one_file() -> None:
    (program,) = plan(spec_of(language="rust", code="fn main() {}")).programs
    assert [(one.path, one.content) for one in program.files] == [("main.rs", "fn main() {}")]
    assert program.entrypoint == "main.rs"


def test_code_can_have_a_name_of_its_own() -> None:
    (program,) = plan(spec_of(language="java", code="x", entrypoint="app/Tool.java")).programs
    assert (program.files[0].path, program.entrypoint) == ("app/Tool.java", "app/Tool.java")


def test_without_a_batch_there_is_one_run() -> None:
    (item,) = plan(spec_of(args=["a"], stdin="in", timeout_seconds=7)).items
    assert (item.name, item.args, item.stdin, item.timeout_seconds) == (None, ("a",), "in", 7)
    assert (item.program, item.expected) == (0, None)


def test_an_item_takes_what_it_leaves_out_from_the_whole() -> None:
    spec = batch({}, {"args": [], "stdin": ""}, {"args": ["b"], "stdin": "own", "timeoutSeconds": 3})
    spec = spec.but(args=("a",), stdin="whole", timeout_seconds=7)
    found = [(item.args, item.stdin, item.timeout_seconds) for item in plan(spec).items]
    assert found == [(("a",), "whole", 7), ((), "", 7), (("b",), "own", 3)]


def test_items_with_the_same_files_share_a_program() -> None:
    spec = batch({}, {"code": "1"}, {"code": "2"}, {"files": [file("main.py", "1")]}, {"code": "1"})
    made = plan(spec)
    assert [item.program for item in made.items] == [0, 1, 2, 1, 1]
    assert [program.files[0].content for program in made.programs] == ["print('hello')", "1", "2"]


def test_the_same_files_started_elsewhere_are_another_program() -> None:
    files = [file("a.py"), file("b.py")]
    made = plan(batch({"entrypoint": "a.py"}, {"entrypoint": "b.py"}, {}, files=files, entrypoint="b.py"))
    assert [item.program for item in made.items] == [0, 1, 1]
    assert [program.entrypoint for program in made.programs] == ["a.py", "b.py"]


def test_the_entrypoint_of_the_whole_is_not_that_of_other_files() -> None:
    spec = batch({"files": [file("main.py")]}, {"code": "1"}, files=[file("run.py")], entrypoint="run.py")
    assert [program.entrypoint for program in plan(spec).programs] == ["main.py", "main.py"]


def test_an_expected_output_is_compared_as_the_item_says() -> None:
    made = plan(batch({}, {"expectedOutput": ""}, {"expectedOutput": "1", "outputMatch": "IgnoreWhitespace"}))
    assert [(item.expected, item.words) for item in made.items] == [(None, False), ("", False), ("1", True)]


@pytest.mark.parametrize(
    ("language", "paths", "entrypoint"),
    [
        ("python", ["util.py", "main.py"], "main.py"),
        ("python", ["tool.py", "data.txt"], "tool.py"),
        ("python", ["a.py", "b.py"], None),
        ("python", ["data.txt"], None),
        ("javascript", ["app.mjs", "package.json"], "app.mjs"),
        ("typescript", ["a.ts", "b.tsx"], None),
        ("rust", ["lib.rs", "main.rs"], "main.rs"),
        ("rust", ["a.rs", "b.rs"], None),
        # Their compilers take all sources anyway.
        ("go", ["a.go", "b.go"], "a.go"),
        ("java", ["app/Tool.java", "app/Other.java"], "app/Tool.java"),
        ("cpp", ["x.h", "b.cc", "a.cpp"], "b.cc"),
        ("c", ["x.h", "b.c", "a.c"], "b.c"),
        ("c", ["x.h"], None),
    ],
)
def test_the_default_entrypoint(language: str, paths: list[str], entrypoint: str | None) -> None:
    spec = spec_of(language=language, files=[file(path) for path in paths])
    if entrypoint:
        assert problem(spec) == ""
        assert plan(spec).programs[0].entrypoint == entrypoint
    else:
        assert problem(spec).startswith("spec.entrypoint is needed: no file is called ")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/etc/passwd", "is absolute"),
        ("../up.py", "leads out"),
        ("a/../../up.py", "leads out"),
        ("..", "leads out"),
        ("./main.py", "plain form"),
        (".", "plain form"),
        ("a//b.py", "plain form"),
        ("a/", "plain form"),
        ("a\0b", "control characters"),
        ("a\nb", "control characters"),
        ("a\x7fb", "control characters"),
        (".build", "where the compiler writes"),
        (".build/main", "where the compiler writes"),
        ("x" * 256, "name longer than 255 bytes"),
        ("\N{GRINNING FACE}" * 64, "name longer than 255 bytes"),
        ("\N{GRINNING FACE}/" * 120, "longer than 512 bytes"),
    ],
)
def test_a_bad_path_is_named_wherever_it_stands(path: str, why: str) -> None:
    for spec, field in (
        (spec_of(files=[file(path)], entrypoint=path), "spec.files"),
        (spec_of(entrypoint=path), "spec.entrypoint"),
        (batch({"files": [file(path)], "entrypoint": path}), "spec.batch[i0].files"),
        (batch({"code": "1", "entrypoint": path}), "spec.batch[i0].entrypoint"),
        (batch({"entrypoint": path}), "spec.batch[i0].entrypoint"),
    ):
        found = problem(spec)
        assert found.startswith(f"{field} "), found
        assert why in found
        assert len(found) < 1000


@pytest.mark.parametrize("path", ["a b.py", ".hidden", "a/.build/x", ".builder", "-", "@x", "é.py", "...", "a\\b"])
def test_an_unusual_path_is_fine(path: str) -> None:
    assert problem(spec_of(files=[file("main.py"), file(path)])) == ""


@pytest.mark.parametrize(
    ("paths", "why"),
    [
        (["main.py", "main.py"], "'main.py' twice"),
        (["main.py", "a", "a/b"], "'a' as a file and as a folder"),
        (["main.py", "a/b/c", "a/b"], "'a/b' as a file and as a folder"),
    ],
)
def test_two_files_in_one_place(paths: list[str], why: str) -> None:
    assert why in problem(spec_of(files=[file(path) for path in paths]))


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("", True),
        ("AAEC", True),
        ("AA==", True),
        ("AAE=", True),
        ("AAE", False),
        ("A===", False),
        ("AAEC=", False),
        ("AA==AA==", False),
        ("AAEC\n", False),
        ("A A=", False),
        ("_-8=", False),
        ("é", False),
    ],
)
def test_base64_is_what_the_runner_takes_for_it(text: str, good: bool) -> None:  # noqa: FBT001
    found = problem(spec_of(files=[file("main.py"), {"path": "x", "contentBase64": text}]))
    assert (found == "") == good
    assert good or "'x', whose contentBase64 is not base64" in found


def test_sizes_are_bytes_of_the_content() -> None:
    assert len(content_of(SourceFile(path="x", content="\N{GRINNING FACE}"))) == 4
    assert len(content_of(SourceFile(path="x", content_base64=base64.b64encode(b"\xff" * 5).decode()))) == 5


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (spec_of(code=None), "spec has nothing to run: give code, or files"),
        (spec_of(code=None, files=[]), "spec has nothing to run"),
        (batch({"code": "1"}, {}, code=None), "spec has nothing to run"),
        (batch({"files": []}), "spec.batch[i0] has nothing to run"),
        (
            spec_of(files=[file("main.py")], entrypoint="x.py"),
            "spec.entrypoint is 'x.py', which is not among the files",
        ),
        (batch({"entrypoint": "x.py"}, files=[file("main.py")]), "spec.batch[i0].entrypoint is 'x.py'"),
        (batch({"files": [file("a.py"), file("b.py")]}), "spec.batch[i0].entrypoint is needed"),
    ],
)
def test_what_is_missing_is_named(spec: ExecutionSpec, why: str) -> None:
    assert problem(spec).startswith(why)


def test_a_batch_whose_items_all_have_their_own_needs_no_program_of_the_whole() -> None:
    assert problem(batch({"code": "1"}, {"files": [file("main.py")]}, code=None)) == ""


def test_every_file_is_told_with_its_field() -> None:
    spec = batch({}, {"code": "1"}, {"files": [file("a.py"), file("b.py")]})
    fields = ["spec.code", "spec.batch[i1].code", "spec.batch[i2].files[a.py]", "spec.batch[i2].files[b.py]"]
    assert [field for field, _ in sources(spec)] == fields


def test_files_are_counted_over_all_programs_once_each() -> None:
    """The runner takes 200; shared ones count once."""
    many = [file(f"f{number}.py") for number in range(50)]
    fits = [{"files": [*many, file("main.py", f"{number % 3}")]} for number in range(60)]
    assert problem(batch(*fits, code=None)) == ""
    found = problem(batch(*fits, {"files": [*many, file("main.py", "another")]}, code=None))
    assert found.startswith("spec.batch has 204 files in all; at most 200 are allowed")
    assert MAX_FILES_OF_ALL == 200


@pytest.mark.parametrize("field", ["stdin", "args", "env"])
def test_what_every_run_is_sent_is_counted_for_every_run(field: str) -> None:
    """Together it must fit into one line for the runner, though the store has it once."""
    whole: dict[str, Any] = {
        "stdin": {"stdin": "x" * 40_000},
        "args": {"args": ["x" * 4000] * 10},
        "env": {"env": [{"name": f"A{number}", "value": "x" * 3998} for number in range(10)]},
    }[field]
    assert problem(batch(*[{}] * 30, **whole)) == ""
    found = problem(batch(*[{}] * 31, **whole))
    assert "spec.batch has 1,240,000 characters of stdin, args and env" in found
    assert f"at most {MAX_INPUT_CHARS:,} are allowed" in found
    if field == "stdin":
        assert problem(batch(*[{"stdin": ""}] * 100, **whole)) == ""


def test_the_largest_job_is_one_that_the_runner_takes() -> None:
    """Characters that take six bytes each, in everything that a spec may have."""
    items = [{"stdin": "\x01" * 9_000, "args": ["\x01" * 500] * 2} for _ in range(100)]
    spec = batch(*items, files=[file("main.py", "\x01" * 102_400), file("b.py", "\x01" * 102_400)])
    assert problem(spec) == ""
    strict_runner.take(as_job(spec))


def test_what_a_compiler_could_take_for_an_option_is_not_one() -> None:
    assert [argument(path) for path in ("-o", "@args", "a-b", "x/@y")] == ["./-o", "./@args", "a-b", "x/@y"]


def as_job(spec: ExecutionSpec) -> bytes:
    run = CodeExecution(metadata=meta(), spec=spec)
    generous = effective(policy(spec.language.value, allows=ALL_ALLOWED), spec.language)
    return orjson.dumps(job(run, effective_limits(run, generous), generous.applied))


@given(SPECS)
def test_whatever_the_spec_is_it_has_an_answer(spec: ExecutionSpec) -> None:
    """And what is not refused is a job that the runner takes."""
    made = plan(spec)
    assert len(made.items) == max(len(spec.batch), 1)
    if not problem(spec):
        assert {item.program for item in made.items} == set(range(len(made.programs)))
        for program in made.programs:
            assert program.entrypoint in [one.path for one in program.files]
    run = CodeExecution(metadata=meta(), spec=spec)
    generous = effective(
        policy(spec.language.value, allows=ALL_ALLOWED, memory="4Gi", timeoutSeconds=3600), spec.language
    )
    if refusal(run, generous) is None:
        assert problem(spec) == ""
        strict_runner.take(orjson.dumps(job(run, effective_limits(run, generous), generous.applied)))


@given(st.text(st.sampled_from("AZaz09+/=-_ \n\r"), max_size=12))
def test_no_base64_is_taken_here_that_the_runner_refuses(text: str) -> None:
    if problem(spec_of(files=[file("main.py"), {"path": "x", "contentBase64": text}])) == "":
        assert len(strict_runner.bytes_of(text)) == len(content_of(SourceFile(path="x", content_base64=text)))
