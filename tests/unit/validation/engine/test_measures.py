"""Complexity, syntax problems, literals and bounds."""

import pytest

from codeexec.validation.facts import MAX_REFERENCES
from tests.unit.validation.engine.facts_of import constructs, facts

COMPLEXITY = [
    (
        "python",
        "def f(a):\n if a and b or c: pass\n elif a: pass\n for x in y:\n  while z: pass\n "
        "try: pass\n except E: pass\n return 1 if a else 2\n",
        9,
    ),
    ("python", "def f(a):\n return [x for x in y if x]\n", 3),
    (
        "javascript",
        "function f(a) { if (a && b || c ?? d) {} for (const x of y) {} switch (a) { case 1: "
        "case 2: default: } return a ? 1 : 2 }",
        9,
    ),
    ("typescript", "function f(a: number) { while (a) {} try {} catch (e) {} }", 3),
    ("go", "func f(a int) { if a && b {} ; for {} ; switch a { case 1: case 2: default: } }", 6),
    ("rust", "fn f(a: u8) { if a && b {} match a { 1 => 2, _ => 3 }; while a {} for x in y {} z? }", 8),
    (
        "java",
        "class A { void f() { if (a || b) {} for (;;) {} switch (x) { case 1: case 2: "
        "default: } int z = a ? 1 : 2; } }",
        7,
    ),
    (
        "c",
        "int f(int a) { if (a && b) {} for (;;) {} do {} while (a); switch (a) { case 1: "
        "default: } return a ? 1 : 2; }",
        7,
    ),
    ("cpp", "int f(int a) { for (auto x : y) {} try {} catch (...) {} return a and b; }", 4),
]


@pytest.mark.parametrize(("language", "code", "count"), COMPLEXITY)
def test_complexity_counts_ways_through_a_function(language: str, code: str, count: int) -> None:
    found = facts(language, code)
    assert [(each.name, each.complexity) for each in found.functions] == [("f", count)]
    assert found.complexity == count


def test_branches_belong_to_the_innermost_function() -> None:
    found = facts("javascript", "function a() { const b = () => x ? 1 : 2; if (x) {} }\nif (y) {}")
    assert [(each.name, each.complexity) for each in found.functions] == [("a", 2), ("(anonymous)", 2)]
    assert found.complexity == 4


PROBLEMS = [
    ("python", "x = (1\ny = 2\n", 1),
    ("python", "x = 1)\n", 1),
    ("javascript", "let x = ;\n", 1),
    ("javascript", "function f() {\n  return 1;\n", 2),
    ("typescript", "const x: = 1;", 1),
    ("go", "package main\nfunc main() { x := }\n", 2),
    ("rust", "fn main() {\n let x = ;\n}", 2),
    ("java", "class A {\n int x = 1\n}", 2),
    ("c", "int main(void) {\n return 1\n}", 2),
    ("cpp", "int main() {\n return 1;\n}}", 3),
]


@pytest.mark.parametrize(("language", "code", "line"), PROBLEMS)
def test_problem_is_on_the_line_of_the_mistake(language: str, code: str, line: int) -> None:
    found = facts(language, code)
    (problem,) = found.problems
    assert found.normalised.place(problem.at.start)[0] == line
    assert problem.message.startswith(("unexpected ", "missing "))


def test_problem_names_the_token() -> None:
    assert facts("c", "int main(void) { return 1 }").problems[0].message == "missing `;`"
    assert facts("python", "x = 1)\n").problems[0].message == "unexpected `)`"


def test_valid_code_has_no_problem() -> None:
    assert facts("typescript", "const x = <div>{y}</div>;", "main.tsx").problems == ()
    assert facts("typescript", "const x = <any>y;").problems == ()


def test_literals_and_comments_are_blanked_in_place() -> None:
    found = facts("python", "x = 'abc' # d\ny = f'e{f}g'")
    assert found.blanked == b"x = '   '    \ny = f' {f} '"
    text = found.normalised.text
    assert [text[span.start : span.end] for span in found.comments] == [b"# d"]
    assert [text[span.start : span.end] for span in found.strings] == [b"'abc'", b"f'e{f}g'"]


def test_more_names_than_anyone_writes_are_too_complex() -> None:
    assert "too-complex" in constructs(facts("javascript", "a;" * (MAX_REFERENCES + 1)))
    assert "too-complex" in constructs(facts("python", "import a\n" * 3_000))
    assert "too-complex" in constructs(facts("c", "#define A a##b\n" * 3_000))


@pytest.mark.parametrize("language", ["python", "javascript", "typescript", "go", "rust", "java", "c", "cpp"])
@pytest.mark.parametrize(
    "code",
    [
        "",
        "\n",
        "(",
        ")",
        '"',
        "'",
        "`",
        "/*",
        "a.",
        ".a",
        "#",
        "import",
        "use",
        "[",
        '["',
        "\\",
        "a" * 5_000,
        "a." * 5_000,
        "a(" * 500,
    ],
)
def test_scraps_are_read(language: str, code: str) -> None:
    found = facts(language, code)
    found.normalised.place(len(found.normalised.text))


def test_names_that_are_each_others_aliases_are_bounded() -> None:
    code = "".join(f"a{i} = a{j}\n" for i in range(30) for j in range(30)) + "a0.x()\n"
    assert "too-complex" in constructs(facts("python", code))
