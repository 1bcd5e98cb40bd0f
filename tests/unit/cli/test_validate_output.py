"""`codeexec validate`: what stands on the terminal, in JSON and in SARIF."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import codeexec
from tests.unit.cli.conftest import Run

Json = Callable[..., dict[str, Any]]

POLICY = """\
apiVersion: codeexec.dev/v1alpha1
kind: SandboxPolicy
metadata: {name: words}
spec:
  languages:
    python: {validation: {profile: "off"}}
    javascript: {validation: {profile: "off"}}
  validation:
    blockedPatterns:
    - {pattern: bad, severity: high, description: A bad word., recommendation: Say good.}
    - {pattern: odd, severity: low, description: An odd word., recommendation: Say even.}
    - {pattern: fyi, severity: info, description: A remark., recommendation: Read it.}
"""


def words(name: str, content: str | bytes) -> dict[str, str | bytes]:
    return {"words.yaml": POLICY, name: content}


def test_findings_look_like_a_compilers(run: Run) -> None:
    result = run("validate", "a.py", "--policy", "words.yaml", files=words("a.py", "x = 1\ny = bad + odd\n"))
    assert result.stdout == (
        "a.py:2:5: error: A bad word. [blocked-pattern-0, high]\n"
        "    2 | y = bad + odd\n"
        "      |     ^^^\n"
        "      = help: Say good.\n"
        "a.py:2:11: warning: An odd word. [blocked-pattern-1, low]\n"
        "    2 | y = bad + odd\n"
        "      |           ^^^\n"
        "      = help: Say even.\n"
        "Rejected (UnsafeCode): 2 findings.\n"
    )
    assert result.exit_code == 1


def test_editors_read_them_as_gccs(run: Run) -> None:
    result = run("validate", "a.py", "--policy", "words.yaml", files=words("a.py", "bad\nodd\nfyi\n"))
    found = re.findall(r"^(.+?):(\d+):(\d+): (error|warning|note): (.+)$", result.stdout, re.MULTILINE)
    assert [(*place, level) for *place, level, _ in found] == [
        ("a.py", "1", "1", "error"),
        ("a.py", "2", "1", "warning"),
        ("a.py", "3", "1", "note"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("x = 1\n", "Accepted: nothing found."),
        ("odd = 1\n", "Accepted: 1 finding, none of severity medium or above."),
        ("odd = fyi\n", "Accepted: 2 findings, none of severity medium or above."),
    ],
)
def test_a_program_that_passes_passes(run: Run, content: str, said: str) -> None:
    result = run("validate", "a.py", "--policy", "words.yaml", files=words("a.py", content))
    assert result.stdout.splitlines()[-1] == said
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("line", "shown", "carets"),
    [
        ("日本 = bad", "日本 = bad", "       ^^^"),
        ("if 1:\tbad", "if 1:    bad", "         ^^^"),
        ("e\u0301 = bad", "e\u0301 = bad", "    ^^^"),
        ("\ufeffbad = 1", "bad = 1", "^^^"),
        ("'\x1b[2J' + bad", "'\N{REPLACEMENT CHARACTER}[2J' + bad", "         ^^^"),
    ],
)
def test_carets_stand_beneath_what_they_mean(run: Run, line: str, shown: str, carets: str) -> None:
    result = run("validate", "a.py", "--policy", "words.yaml", files=words("a.py", f"{line}\n"))
    excerpt = [told for told in result.stdout.splitlines() if " | " in told]
    assert excerpt[:2] == [f"    1 | {shown}", f"      | {carets}"]


def test_of_a_long_line_only_a_piece_is_shown(run: Run) -> None:
    line = f"{'日' * 5_000} = bad{' + x' * 5_000}"
    result = run("validate", "a.py", "--policy", "words.yaml", files=words("a.py", line))
    source, carets = [told for told in result.stdout.splitlines() if " | " in told][:2]
    assert "a.py:1:5004:" in result.stdout
    assert len(source) < 200
    assert source.startswith("    1 | ...日日")
    assert "日 = bad + x + x" in source
    assert source.endswith("x + x ...")
    # 57 letters of two columns each, and ` = `
    assert carets == f"      | {' ' * (3 + 57 * 2 + 3)}^^^"


def test_more_findings_than_are_shown_are_counted(run: Run, as_json: Json) -> None:
    files = words("a.py", "bad\n" * 20) | words("b.py", "bad\n" * 20) | words("c.py", "bad\n" * 20)
    result = run("validate", "a.py", "b.py", "c.py", "--policy", "words.yaml", files=files)
    assert result.stdout.splitlines()[-1] == "Rejected (UnsafeCode): 60 findings, the worst 50 of them shown."
    data = as_json("validate", "a.py", "b.py", "c.py", "--policy", "words.yaml")
    assert (data["count"], len(data["findings"])) == (60, 50)


def test_several_programs_have_one_conclusion(run: Run) -> None:
    files = words("a.py", "x = 1\n") | words("b.js", "bad\n") | words("c.js", "x\n")
    result = run("validate", "a.py", "b.js", "c.js", "--policy", "words.yaml", files=files)
    assert result.stdout.splitlines()[-1] == (
        "Rejected 1 of 2 programs, the 2 files of javascript (UnsafeCode): 1 finding."
    )
    assert result.exit_code == 1


def test_json_is_what_is_documented(as_json: Json) -> None:
    code = "def f(x):\n    return bad if x else 2\n"
    assert as_json("validate", "a.py", "--policy", "words.yaml", files=words("a.py", code)) == {
        "rejected": True,
        "reason": "UnsafeCode",
        "count": 1,
        "findings": [
            {
                "kind": "pattern",
                "rule": "blocked-pattern-0",
                "severity": "high",
                "file": "a.py",
                "line": 2,
                "column": 12,
                "endColumn": 15,
                "snippet": "bad",
                "message": "A bad word.",
                "recommendation": "Say good.",
            }
        ],
        "programs": [
            {
                "language": "python",
                "files": ["a.py"],
                "rejected": True,
                "reason": "UnsafeCode",
                "count": 1,
                "complexity": 2,
                "mostComplex": {"function": "f", "complexity": 2},
            }
        ],
    }


def test_json_of_a_program_that_passes(as_json: Json) -> None:
    data = as_json("validate", "a.py", "--policy", "words.yaml", files=words("a.py", "x = 1\n"))
    assert (data["rejected"], data["reason"], data["count"], data["findings"]) == (False, None, 0, [])


def test_sarif_is_what_code_scanning_reads(run: Run, tmp_path: Path) -> None:
    files = words("my code/a+b.py", "日 = bad\nodd\nfyi\n")
    inside = str(tmp_path / "my code" / "a+b.py")
    result = run("validate", inside, "--policy", "words.yaml", "--output", "sarif", files=files)
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert data["version"] == "2.1.0"
    (one,) = data["runs"]
    assert one["columnKind"] == "unicodeCodePoints"
    assert one["tool"]["driver"]["name"] == "codeexec"
    assert one["tool"]["driver"]["semanticVersion"] == codeexec.__version__
    rules = one["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["blocked-pattern-0", "blocked-pattern-1", "blocked-pattern-2"]
    assert [rules[found["ruleIndex"]]["id"] for found in one["results"]] == [
        found["ruleId"] for found in one["results"]
    ]
    assert [found["level"] for found in one["results"]] == ["error", "warning", "note"]
    assert rules[0]["properties"]["security-severity"] == "8.0"
    assert one["results"][0]["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "my%20code/a%2Bb.py"},
                "region": {"startLine": 1, "startColumn": 5, "endColumn": 8},
            }
        }
    ]


def test_an_ending_that_is_critical_only_rejects_what_is(run: Run) -> None:
    lenient = POLICY.replace("validation:\n    blocked", "validation:\n    failOn: critical\n    blocked")
    files: dict[str, str | bytes] = {"lenient.yaml": lenient, "a.py": "bad\n"}
    result = run("validate", "a.py", "--policy", "lenient.yaml", files=files)
    assert "a.py:1:1: warning: A bad word." in result.stdout
    assert result.exit_code == 0


def command(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a shell starts it, with the pool and its workers."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "codeexec", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_command_itself(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('import os as o\n日本 = o.system("id")\n', encoding="utf-8")
    done = command("validate", "a.py", folder=tmp_path)
    assert done.returncode == 1
    assert "\na.py:2:6: error: Starts " in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Rejected (UnsafeCode): ")
    assert done.stderr == ""


def test_a_terminal_that_knows_few_letters_still_gets_them(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('日本 = eval("1")\n', encoding="utf-8")
    done = command("validate", "a.py", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert r"\u65e5\u672c = eval" in done.stdout
    assert done.stderr == ""


def test_colours_where_they_are_wanted_only(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('eval("1")\n', encoding="utf-8")
    assert "\x1b[" in command("validate", "a.py", folder=tmp_path, FORCE_COLOR="1", TERM="xterm").stdout


def test_a_program_that_cannot_be_checked_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "A.java").write_text("A<" * 50_000, encoding="utf-8")
    done = command("validate", "A.java", folder=tmp_path)
    assert "A.java:1:1: error: It cannot be checked: " in done.stdout
    assert done.stdout.splitlines()[-1] == "Rejected (ValidationTimeout): 1 finding."
    assert (done.returncode, done.stderr) == (1, "")
