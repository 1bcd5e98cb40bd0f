"""What fuzzing and attacks found once, one test each."""

import time

import pytest

from codeexec.models.policy import BlockedPattern, LanguageValidation, Validation
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.validation.check import Checked, Source, check
from codeexec.validation.normalise import normalise
from codeexec.validation.patterns import InvalidPattern, Patterns
from codeexec.validation.policy import compiled
from codeexec.validation.read import read


def checked(
    language: Language,
    code: str | bytes,
    validation: Validation | None = None,
    own: LanguageValidation | None = None,
    path: str = "a",
) -> Checked:
    raw = code if isinstance(code, bytes) else code.encode()
    policy = compiled(language, validation or Validation(), own or LanguageValidation(profile="standard"))
    return check(policy, [Source(path, raw)])


MANY_IMPORTS = "".join(f"import a{n}\n" for n in range(2_100)) + "import os; os.system('id')\n"


def test_more_imports_than_are_looked_at_reject() -> None:
    found = checked(Language.PYTHON, MANY_IMPORTS)
    assert found.reason is Reason.UNSAFE_CODE_PATTERN
    assert "too-complex" in {finding.rule for finding in found.findings}
    allowed = LanguageValidation(profile="off", allowed_imports=("a*",))
    assert checked(Language.PYTHON, MANY_IMPORTS.replace("os", "aos"), own=allowed).reason is Reason.UNSAFE_CODE_PATTERN


def test_where_nothing_is_looked_for_nothing_is_too_much() -> None:
    assert checked(Language.PYTHON, MANY_IMPORTS, own=LanguageValidation(profile="off")).reason is None


def test_many_harmless_findings_do_not_push_out_the_one_that_rejects() -> None:
    harmless = Validation(fail_on="high", blocked_patterns=(BlockedPattern(reference="harmless", severity="low"),))
    code = "harmless\n" * 300 + "import os\nos.system('id')\n"
    found = checked(Language.PYTHON, code, harmless)
    assert found.reason is Reason.UNSAFE_CODE_PATTERN
    assert found.count == 200
    assert found.findings[0].line >= 301


@pytest.mark.parametrize("odd", [b"\x00", "\u202e".encode()])
def test_many_lone_carriage_returns_do_not_hide_worse_characters(odd: bytes) -> None:
    strict_on_high = Validation(fail_on="high")
    code = b"a\r" * 300 + b"# " + odd + b"\n"
    assert checked(Language.PYTHON, code, strict_on_high).reason is Reason.UNSAFE_CODE_PATTERN
    assert len(normalise("python", b"a\r" * 300 + odd).notes) == 101


@pytest.mark.parametrize(
    ("language", "code"),
    [
        (Language.PYTHON, 'import os as é\né.system("id")\n'),
        (Language.PYTHON, 'import os as à\nà.system("id")\n'),
        (Language.PYTHON, 'from os import system as ñ\nñ("id")\n'),
        (Language.PYTHON, 'import os\nÅ = os.system\nÅ("id")\n'),
        (Language.PYTHON, 'import os as \u00e9\ne\u0301.system("id")\n'),
        (Language.PYTHON, 'import os as \u017fo\nso.system("id")\n'),
        (Language.JAVASCRIPT, 'const 変 = require("child_process"); 変.exec("id");'),
        (Language.RUST, 'use std::process as é;\nfn main() { é::Command::new("id").status(); }\n'),
        (Language.RUST, 'use std::process as \u00e9;\nfn main() { e\u0301::Command::new("id").status(); }\n'),
    ],
)
def test_an_alias_may_have_letters_beyond_ascii(language: Language, code: str) -> None:
    assert checked(language, code).reason is Reason.UNSAFE_CODE_PATTERN


def test_names_stand_in_facts_as_their_author_wrote_them() -> None:
    facts = read("python", "a.py", "import été as à\nà.naïve(Ω)\ndef función(): pass\n".encode())
    assert [each.name for each in facts.imports] == ["été"]
    assert [each.name for each in facts.references] == ["été.naïve", ".naïve", "Ω"]
    assert [each.name for each in facts.functions] == ["función"]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("javascript", "require("),
        ("javascript", "require(\n"),
        ("python", "__import__("),
        ("python", "getattr(os,"),
        ("python", "from os import *\n__dict__.values()"),
        ("rust", "use stdé::{\n    process<::{self as _unused, Command as_unused}};\né::Command::new();"),
    ],
)
def test_a_text_may_end_anywhere(language: str, code: str) -> None:
    read(language, "a", code.encode())


def test_a_pattern_that_is_far_too_large_is_refused_before_it_costs_anything() -> None:
    begin = time.process_time()
    for _ in range(64):
        with pytest.raises(InvalidPattern, match="too large"):
            Patterns([r"(?i)(?:\pL\pN){400}"])
    assert time.process_time() - begin < 2.0  # it was six, of the operator's own time


@pytest.mark.parametrize("between", ["", " ", "/**/", "/* such a long comment that nobody looks behind it */"])
def test_a_comment_in_a_macro_does_not_hide_where_a_path_begins(between: str) -> None:
    code = f"macro_rules! path {{ ($a:ident $b:ident) => {{ std{between}::{between}$a::$b::new }}; }}\n"
    code += 'fn main() { path!(process Command)("id").status(); }\n'
    assert checked(Language.RUST, code).reason is Reason.UNSAFE_CODE_PATTERN


A_LOT = ", ".join(f"a{n}" for n in range(1_500))


@pytest.mark.parametrize(
    ("language", "code"),
    [
        (Language.C, f"const char {A_LOT}, main[] = {{1}};\n"),
        (Language.JAVASCRIPT, f"const {{{A_LOT}, eval: e}} = globalThis;\ne(text);\n"),
        (Language.PYTHON, f"def f(eval):\n    global {A_LOT}, eval\n    eval(a)\n"),
        (
            Language.RUST,
            f"macro_rules! m {{ () => {{ {A_LOT}; use std::process as p; p::exit(1); p::Command::new(a) }} }}",
        ),
        (Language.CPP, 'extern "C" {' + "typedef int a;\n" * 300 + "int f(int);\n}\nint main() { return f(1); }\n"),
    ],
)
def test_nothing_hides_behind_a_long_list(language: Language, code: str) -> None:
    assert checked(language, code).reason is Reason.UNSAFE_CODE_PATTERN


@pytest.mark.parametrize("between", ["", " ", "/**/", "// one\n"])
def test_a_comment_in_the_path_of_a_macro_does_not_hide_its_name(between: str) -> None:
    code = f'static A: &[u8] = std::{between}include_bytes!(concat!("/etc", "/passwd"));\nfn main() {{}}\n'
    assert checked(Language.RUST, code).reason is Reason.UNSAFE_CODE_PATTERN
