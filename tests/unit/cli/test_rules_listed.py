"""`codeexec rules`, and the page of all rules."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codeexec.cli.main import app
from codeexec.models.spec import Language
from codeexec.validation import document
from codeexec.validation.rules import rules_of

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def listed(*arguments: str, columns: int = 80) -> str:
    result = CliRunner().invoke(app, ["rules", *arguments], env={"COLUMNS": str(columns)})
    assert result.exit_code == 0
    return result.stdout


def test_a_rule_says_what_it_finds_and_what_switches_it_off() -> None:
    lines = listed("--language", "python").splitlines()
    assert lines[0] == f"python: {len(rules_of(Language.PYTHON))} rules"
    assert lines[1].split() == ["py-subprocess", "critical", "strict+standard", "allowExternalCommands"]
    assert lines[2].startswith("  ")


def test_the_list_fits_a_terminal_and_ends_no_line_in_spaces() -> None:
    lines = listed().splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line != line.rstrip()] == []
    for language in Language:
        assert f"{language}: {len(rules_of(language))} rules" in lines


def test_a_wide_terminal_is_used() -> None:
    assert any(len(line) > 82 for line in listed("--language", "python", columns=200).splitlines())


def test_json_is_what_is_documented() -> None:
    data = json.loads(listed("--output", "json"))
    assert set(data) == set(Language)
    first = data["python"][0]
    assert set(first) == {
        *("id", "severity", "profiles", "switchedOffBy", "match", "description", "recommendation", "hit", "miss"),
    }
    assert first["switchedOffBy"] == "allowExternalCommands"
    assert "subprocess" in first["match"]["import"]
    assert [rule["id"] for rule in data["c"]] == [rule.id for rule in rules_of(Language.C)]


def test_sarif_is_not_for_rules() -> None:
    assert CliRunner().invoke(app, ["rules", "--output", "sarif"]).exit_code == 2


def test_the_page_is_generated_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == document.page(), "docs/rules.md is stale: make rules-doc"


@pytest.mark.parametrize("language", Language)
def test_the_page_tells_every_rule_once(language: Language) -> None:
    page = document.page()
    assert page.count(f"\n## {document.NAMES[language]}\n") == 1
    for rule in rules_of(language):
        assert page.count(f"\n| `{rule.id}` |") == 1
        assert page.count(f"<summary><code>{rule.id}</code></summary>") == 1


def test_the_page_has_nothing_that_cannot_be_seen() -> None:
    assert {c for c in document.page() if not c.isprintable()} <= {"\n", "\t"}


def test_tables_stay_tables() -> None:
    rows = [line for line in document.page().splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {len(document.COLUMNS) + 1}
