"""What the text is made into before it is parsed, and that places are the author's."""

import pytest

from codeexec.validation.normalise import normalise
from tests.unit.validation.engine.facts_of import constructs, facts, names, place

PLACES = [
    ("python", "import os\n\u00e9 = 1; os.system(1)", "os.system", (2, 8)),
    ("python", "\ufeffimport os; os.system(1)", "os.system", (1, 12)),
    ("python", "import os\r\nx\r\n os.system(1)", "os.system", (3, 2)),
    ("python", "import os # x\ros.system(1)", "os.system", (2, 1)),
    ("python", "\U0001d41e\U0001d42f\U0001d41a\U0001d425(1); exec(2)", "exec", (1, 10)),
    ("python", "\U0001d41e\U0001d42f\U0001d41a\U0001d425(1)", "eval", (1, 1)),
    ("javascript", "\\u0065val(1); exec(2)", "exec", (1, 15)),
    ("javascript", "x = '\u20ac\u20ac'; eval(1)", "eval", (1, 11)),
    ("java", "class A { // \\u000a\n  Object x = \\u0052untime.exit(); Object y = Shell.x; }", "Shell.x", (2, 46)),
    ("c", "int main(void) {\n  sys\\\ntem(1); fork(); }", "system", (2, 3)),
    ("c", "int main(void) {\n  sys\\\ntem(1); fork(); }", "fork", (3, 9)),
    ("c", "int x = \\\r\n  fork();", "fork", (2, 3)),
]


@pytest.mark.parametrize(("language", "code", "name", "where"), PLACES)
def test_place_is_that_of_the_authors_text(language: str, code: str, name: str, where: tuple[int, int]) -> None:
    assert place(facts(language, code), name) == where


def test_lone_cr_ends_a_comment_and_is_reported() -> None:
    for language, code in (
        ("python", "import os # x\ros.system(1)"),
        ("c", "int main(void) { // x\rsystem(1); }"),
        ("java", "class A { // x\rObject x = Runtime.x; }"),
        ("javascript", "// x\reval(1)"),
    ):
        found = facts(language, code)
        assert "lone-cr" in constructs(found)
        assert names(found) & {"os.system", "system", "java.lang.Runtime.x", "eval"}


@pytest.mark.parametrize("cookie", ["utf-7", "rot13", "utf-16", "unicode_escape", "gbk"])
def test_cookie_of_another_encoding_is_reported(cookie: str) -> None:
    assert "source-encoding" in constructs(facts("python", f"#!/x\n# -*- coding: {cookie} -*-\nx = 1"))


@pytest.mark.parametrize(
    "code",
    ["# coding: utf-8\n", "# vim: fileencoding=UTF_8\n", "# coding: latin-1\nx = 1", "x = 1\ny = 2\n# coding: gbk"],
)
def test_cookie_that_changes_nothing_is_none(code: str) -> None:
    assert constructs(facts("python", code)) == set()


def test_latin_1_matters_beyond_ascii() -> None:
    assert "source-encoding" in constructs(facts("python", "# coding: latin-1\nx = '\u00e9'"))


def test_bytes_that_are_no_utf_8_are_reported_where_they_stand() -> None:
    found = facts("c", b"int x;\nint \xff;")
    (odd,) = found.constructs
    assert (odd.kind, found.normalised.place(odd.at.start)) == ("source-encoding", (2, 5))


def test_nul_and_bidi_controls_are_reported_where_they_stand() -> None:
    found = facts("c", "int x;\n int\0 y; // \u202e")
    assert [(each.kind, found.normalised.place(each.at.start)) for each in found.constructs] == [
        ("nul", (2, 5)),
        ("bidi-control", (2, 13)),
    ]


def test_trigraphs_that_could_hide_something_are_reported() -> None:
    assert constructs(facts("c", "// ??/\nint x; ??=define X\n")) == {"trigraph"}
    assert constructs(facts("c", 'char *s = "what??!";')) == set()


@pytest.mark.parametrize(
    ("language", "code", "text"),
    [
        ("java", r"\u0041\uuu0042 \\u0043 \\\u0044", r"AB \\u0043 \\D"),
        ("java", r"\ud83d\ude00", "\U0001f600"),
        ("java", r"\ud83d", "?"),
        ("javascript", r"\u0065 \u{65} \\u0065 \u0028 \u00e9", r"e e \\u0065 \u0028 \u00e9"),
        ("python", "\uff4f\uff53 \u201c \ufb01 \u00e9", "os \u201c fi \u00e9"),
        ("rust", "\u212a", "K"),
        ("c", "a\\\nb\\ \t\nc\\\r\nd", "abcd"),
        ("c", "%:define X\n  %:  if 1 %: 2", "# define X\n  #   if 1 %: 2"),
        ("go", "a\r\nb", "a\nb"),
    ],
)
def test_text_that_is_parsed(language: str, code: str, text: str) -> None:
    assert normalise(language, code.encode()).text.decode() == text


def test_every_offset_has_a_place() -> None:
    raw = "\ufeffa\r\n\\u0065\\u{66}\r\u20ac \0".encode()
    done = normalise("javascript", raw)
    places = [done.place(offset) for offset in range(len(done.text) + 1)]
    assert places == sorted(places)
    assert places[-1] == (3, 4)


SPELLINGS = [
    ("c", 'char *s = R"(")"; f("x");', 'char *s = "    "; f("x");'),
    ("cpp", 'auto s = R"x(")" )x"; f("x");', 'auto s = R"x(")" )x"; f("x");'),
    ("c", "%:define J(a, b) a%:%:b", "# define J(a, b) a##  b"),
    ("c", 'int m<:2:> = <%1, 2%>; puts("<:");', 'int m[ 2]  = { 1, 2} ; puts("<:");'),
    ("cpp", "f<::A>(); int m<::>;", "f<::A>(); int m[ ] ;"),
    ("c", "#if 0\nit's \" /*\n#endif\nint x;", "#if 0\nit       \n#endif\nint x;"),
    ("c", 'sys\\u0074em("\\u0074");', 'system("\\u0074");'),
    ("c", "int n = 1'000'000; char c = '\"';", "int n = 1'000'000; char c = '\"';"),
    ("cpp", 'import <a.h>;\nexport import "b.h";\nimport std;', '#include <a.h>\n#include "b.h"\nimport std;'),
]


@pytest.mark.parametrize(("language", "written", "read"), SPELLINGS)
def test_other_spellings_of_c_are_made_plain(language: str, written: str, read: str) -> None:
    assert normalise(language, written.encode()).text.decode() == read
