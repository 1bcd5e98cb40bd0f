"""Every language compiles and runs in its image with the very words that the operator uses."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from codeexec.domain.languages import TOOLCHAINS
from codeexec.models.spec import Language
from tests.harness.boxes import Box, Outcome
from tests.harness.surroundings import REPO

HELLOS = REPO / "tests" / "images" / "hello"
Boxes = Callable[[str], Box]
_MEMORY = 512 << 20


def compiled(box: Boxes, language: Language, files: dict[str, str], entry: str = "") -> Outcome | None:
    """Laid out and compiled; None where nothing is compiled."""
    tools = TOOLCHAINS[language]
    there = box(tools.image)
    there.lay_out(files)
    sources = [name for name in files if name.endswith(tools.suffixes)]
    outcome = there.run(tools.compile(entry or tools.main, sources), tools.env) if tools.compile else None
    there.seal()
    return outcome


def ran(box: Boxes, language: Language, entry: str = "", args: tuple[str, ...] = ()) -> Outcome:
    tools = TOOLCHAINS[language]
    return box(tools.image).run([*tools.start(entry or tools.main, _MEMORY), *args], tools.env)


def built_and_ran(box: Boxes, language: Language, files: dict[str, str], entry: str = "") -> Outcome:
    build = compiled(box, language, files, entry)
    assert build is None or build.code == 0, build.stderr
    return ran(box, language, entry)


@dataclass(frozen=True)
class Program:
    language: Language
    files: dict[str, str]
    output: str
    name: str = ""


@pytest.mark.parametrize("language", Language)
def test_hello(box: Boxes, language: Language, note: Callable[[str, int, int], None]) -> None:
    """Programs of several files that use what is new or special in their languages."""
    folder = HELLOS / language.value
    files = {str(f.relative_to(folder)): f.read_text(encoding="utf-8") for f in folder.rglob("*") if f.is_file()}
    expected = files.pop("expected.txt")
    build = compiled(box, language, files)
    assert build is None or (build.code, build.stderr) == (0, "")
    outcome = ran(box, language)
    assert (outcome.code, outcome.output, outcome.stderr) == (0, expected, "")
    note(language.value, build.milliseconds if build else 0, outcome.milliseconds)


@pytest.mark.parametrize(
    ("image", "argv", "least"),
    [
        ("python", "python3 --version", (3, 11)),
        ("node", "node --version", (20,)),
        ("node", "esbuild --version", (0, 25)),
        ("go", "/usr/local/go/compile -V", (1, 22)),
        ("rust", "rustc --version", (1, 75)),
        ("java", "java --version", (21,)),
        ("gcc", "g++ -dumpfullversion", (14,)),
    ],
)
def test_version(
    box: Boxes, image: str, argv: str, least: tuple[int, ...], note_version: Callable[[str, str], None]
) -> None:
    said = box(image).run(argv.split()).output
    found = re.search(r"\d+(?:\.\d+)+", said)
    assert found, said
    assert tuple(map(int, found[0].split("."))) >= least
    note_version(image, f"{argv.split()[0].rpartition('/')[2]} {found[0]}")


def test_both_kinds_of_javascript_modules(box: Boxes) -> None:
    module = "import { a } from './lib/a.js';\nconsole.log(a, await 2);\n"
    done = built_and_ran(box, Language.JAVASCRIPT, {"main.js": module, "lib/a.js": "export const a = 1;\n"})
    assert (done.code, done.output, done.stderr) == (0, "1 2\n", "")
    script = "const { a } = require('./lib/a');\nconsole.log(a, __dirname);\n"
    done = built_and_ran(box, Language.JAVASCRIPT, {"main.js": script, "lib/a.js": "exports.a = 1;\n"})
    assert (done.code, done.output, done.stderr) == (0, "1 /workspace/program\n", "")


def test_typescript_may_be_written_for_commonjs(box: Boxes) -> None:
    code = 'const { EOL } = require("os");\nconsole.log(EOL.length, __dirname, __filename);\n'
    done = built_and_ran(box, Language.TYPESCRIPT, {"main.ts": code})
    assert (done.code, done.output) == (0, "1 /workspace/program /workspace/program/main.ts\n")


def test_typescript_may_declare_what_commonjs_has(box: Boxes) -> None:
    code = (
        'import { createRequire } from "node:module";\nimport path from "node:path";\n'
        'import { fileURLToPath } from "node:url";\n'
        "const require = createRequire(import.meta.url);\n"
        "const __dirname = path.dirname(fileURLToPath(import.meta.url));\n"
        'console.log(require("os").EOL.length, __dirname, import.meta.dirname);\n'
    )
    done = built_and_ran(box, Language.TYPESCRIPT, {"main.ts": code})
    assert (done.code, done.output, done.stderr) == (0, "1 /workspace/program /workspace/program\n", "")


FAILURES = [
    Program(
        Language.TYPESCRIPT,
        {
            "main.ts": 'import { fail } from "./lib/fail";\n\nfail("x");\n',
            "lib/fail.ts": "interface Unused {}\n\nexport function fail(why: string) {\n  throw new Error(why);\n}\n",
        },
        r"at fail \(/workspace/program/lib/fail\.ts:4:\d+\)\n.*/workspace/program/main\.ts:3:",
    ),
    Program(
        Language.GO,
        {"main.go": "package main\n\nfunc main() {\n\tvar a []int\n\t_ = a[len(a)]\n}\n"},
        r"index out of range(.|\n)*\n\tmain\.go:5 ",
    ),
    Program(
        Language.RUST,
        {"main.rs": 'fn main() {\n    let v: Vec<i32> = vec![];\n    println!("{}", v[v.len()]);\n}\n'},
        r"panicked at main\.rs:3:\d+",
    ),
    Program(
        Language.JAVA,
        {"Main.java": "class Any {\n  public static void main(String[] a) {\n    a[0].length();\n  }\n}\n"},
        r"Index 0 out of bounds(.|\n)*at Any\.main\(Main\.java:3\)",
    ),
]


@pytest.mark.parametrize("program", FAILURES, ids=lambda p: p.language.value)
def test_a_failure_names_file_and_line(box: Boxes, program: Program) -> None:
    done = built_and_ran(box, program.language, program.files)
    assert done.code != 0
    assert re.search(program.output, done.stderr), done.stderr


_FOREIGN = 'package main\n\nimport "github.com/a/b"\n\nfunc main() { b.C() }\n'
MISTAKES = [
    Program(Language.TYPESCRIPT, {"main.ts": 'import "left-pad";\n'}, r'not resolve "left-pad"(.|\n)*main\.ts:1:7'),
    Program(
        Language.GO, {"main.go": "package main\n\nfunc main() { x := 1 }\n"}, r"^main\.go:3:15: declared and not used"
    ),
    Program(Language.GO, {"main.go": _FOREIGN}, r"^main\.go:3:8: package github\.com/a/b is neither in ", "go-foreign"),
    Program(Language.GO, {"main.go": "package main\n\nfunc Main() {}\n"}, "function main is undeclared", "go-no-main"),
    Program(Language.RUST, {"main.rs": 'fn main() { let x: i32 = ""; }\n'}, r"error\[E0308\](.|\n)*main\.rs:1:26"),
    Program(Language.JAVA, {"Main.java": 'class A {\n  int x = "";\n}\n'}, r"^Main\.java:2: error: incompatible types"),
    Program(Language.JAVA, {"Main.java": "class A {}\n"}, r"^error: no class has a method", "java-no-main"),
    Program(Language.CPP, {"main.cpp": "int main() { return x; }\n"}, r"^main\.cpp:1:21: error: .x. was not declared"),
    Program(Language.C, {"main.c": "int main(void) { return x; }\n"}, r"^main\.c:1:25: error: .x. undeclared"),
]


@pytest.mark.parametrize("program", MISTAKES, ids=lambda p: p.name or p.language.value)
def test_a_mistake_names_file_and_line(box: Boxes, program: Program) -> None:
    build = compiled(box, program.language, program.files)
    assert build is not None
    assert build.code not in (0, 126, 127)
    assert re.search(program.output, build.stderr, re.MULTILINE), build.stderr
    assert "\x1b" not in build.stderr


def test_go_embeds_files(box: Boxes) -> None:
    code = 'package main\n\nimport _ "embed"\n\n//go:embed data/a.txt\nvar text string\n\nfunc main() { print(text) }\n'
    done = built_and_ran(box, Language.GO, {"main.go": code, "data/a.txt": "embedded\n"})
    assert (done.code, done.stderr) == (0, "embedded")


def test_java_reads_files_beside_the_program(box: Boxes) -> None:
    """Main may also be an interface's or a nested class's."""
    code = (
        "interface A {\n  static void main() {}\n"
        "  class B {\n    public static void main(String... a) throws Exception {\n"
        '      System.out.print(new String(A.class.getResourceAsStream("/a.txt").readAllBytes()));\n    }\n  }\n}\n'
    )
    done = built_and_ran(box, Language.JAVA, {"Main.java": code, "a.txt": "beside\n"})
    assert (done.code, done.output, done.stderr) == (0, "beside\n", "")


def test_java_recurses_deeply(box: Boxes) -> None:
    code = (
        "class D {\n  static int f(int n) { return n == 0 ? 0 : 1 + f(n - 1); }\n"
        "  public static void main(String[] a) { System.out.println(f(500_000)); }\n}\n"
    )
    assert built_and_ran(box, Language.JAVA, {"Main.java": code}).output == "500000\n"


@pytest.mark.parametrize("header", ["bits/stdc++.h", "iostream"])
def test_the_precompiled_header_is_used(box: Boxes, header: str) -> None:
    """-H marks a precompiled header that was taken with an exclamation mark, one that did not fit with an x."""
    there = box("gcc")
    there.lay_out({"main.cpp": f"#include <{header}>\nint main() {{}}\n"})
    argv = TOOLCHAINS[Language.CPP].compile
    assert argv is not None
    done = there.run([*argv("main.cpp", ["main.cpp"]), "-H"])
    assert re.search(rf"^! .*/{re.escape(header)}\.gch$", done.stderr, re.MULTILINE), done.stderr
