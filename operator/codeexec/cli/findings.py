"""Findings for people, for programs and for code review: as compilers print them, as JSON, as SARIF 2.1.0."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

import codeexec
from codeexec.models.policy import Severity
from codeexec.validation.match import Finding

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
_COLOURS = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


def text(findings: Sequence[Finding], lines: Mapping[str, Sequence[str]], console: Console, *, rejected: bool) -> None:
    """`lines`: the files, by name."""
    for finding in findings:
        level = _LEVELS[finding.severity]
        head = Text(f"{finding.file}:{finding.line}:{finding.column}: ", style="bold")
        head.append(f"{level}: ", style=_COLOURS[level])
        head.append(finding.description, style="default")
        head.append(f" [{finding.rule}, {finding.severity}]", style="dim")
        console.print(head, soft_wrap=True)
        source = lines.get(finding.file, ())
        if 0 < finding.line <= len(source):
            line = _shown(source[finding.line - 1])
            length = max(1, min(finding.end_column, len(line) + 1) - finding.column)
            console.print(Text(f"{finding.line:>5} | {line}"), soft_wrap=True)
            console.print(
                Text(f"      | {' ' * (finding.column - 1)}{'^' * length}", style=_COLOURS[level]), soft_wrap=True
            )
        console.print(Text(f"      = help: {finding.recommendation}"), soft_wrap=True)
    count = f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"
    console.print(f"{count}: {'rejected' if rejected else 'accepted'}", soft_wrap=True)


def _shown(line: str) -> str:
    """One column a character, and nothing that moves a terminal's cursor."""
    return "".join(
        " " if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line.rstrip("\r\n")
    )


def as_json(findings: Sequence[Finding], *, rejected: bool) -> bytes:
    return orjson.dumps(
        {"rejected": rejected, "findings": [asdict(finding) for finding in findings]}, option=orjson.OPT_INDENT_2
    )


def sarif(findings: Iterable[Finding]) -> bytes:
    """One run of one tool, each rule told once."""
    found = list(findings)
    rules: dict[str, dict[str, Any]] = {}
    for finding in found:
        rules.setdefault(
            finding.rule,
            {
                "id": finding.rule,
                "shortDescription": {"text": finding.description},
                "help": {"text": finding.recommendation},
                "defaultConfiguration": {"level": _LEVELS[finding.severity]},
                "properties": {"problem.severity": finding.severity},
            },
        )
    order = list(rules)
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": order.index(finding.rule),
            "level": _LEVELS[finding.severity],
            "message": {"text": f"{finding.description} {finding.recommendation}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": finding.file},
                        "region": {
                            "startLine": finding.line,
                            "startColumn": finding.column,
                            "endColumn": finding.end_column,
                        },
                    }
                }
            ],
        }
        for finding in found
    ]
    driver = {"name": "codeexec", "version": codeexec.__version__, "rules": list(rules.values())}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return orjson.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2)
