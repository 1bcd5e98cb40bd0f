"""What came of the checks, for people, for programs and for code review: as compilers print it, as JSON, as SARIF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import codeexec
from codeexec.cli.programs import Place, Program
from codeexec.models.policy import Severity
from codeexec.models.reasons import Reason
from codeexec.validation.check import Checked
from codeexec.validation.match import Finding
from codeexec.validation.rules import SEVERITIES

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SECURITY_SEVERITIES: dict[Severity, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""Code scanning on GitHub sorts by these numbers: critical from 9.0, high from 7.0, medium from 4.0."""
Level = Literal["error", "warning", "note"]
_COLOURS: dict[Level, str] = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}
TAB = "    "
SHOWN_CHARS, BEFORE_CHARS = 160, 60
"""Of a long line so much is shown, and so much of it in front of the finding."""


@dataclass(frozen=True, slots=True)
class Result:
    program: Program
    checked: Checked

    @property
    def found(self) -> list[tuple[Place, Finding]]:
        """In order of place."""
        order = list(self.program.places)
        found = sorted(self.checked.findings, key=lambda one: (order.index(one.file), one.line, one.column))
        return [(self.program.places[finding.file], finding) for finding in found]


@dataclass(frozen=True, slots=True)
class Report:
    results: Sequence[Result]
    fail_on: Severity

    @property
    def reasons(self) -> list[Reason]:
        return [result.checked.reason for result in self.results if result.checked.reason]

    @property
    def count(self) -> int:
        return sum(result.checked.count for result in self.results)

    @property
    def found(self) -> list[tuple[Place, Finding]]:
        return [pair for result in self.results for pair in result.found]

    def level(self, finding: Finding) -> Level:
        """An error rejects the program."""
        if SEVERITIES.index(finding.severity) >= SEVERITIES.index(self.fail_on):
            return "error"
        return "note" if finding.severity == "info" else "warning"


def text(report: Report, console: Console) -> None:
    found = report.found
    for place, finding in found:
        level = report.level(finding)
        head = Text(f"{_plain(place.shown)}:{place.line + finding.line}:{place.column + finding.column}: ", "bold")
        head.append(f"{level}: ", _COLOURS[level])
        head.append(_plain(finding.description), "default")
        head.append(f" [{finding.rule}, {finding.severity}]", "dim")
        console.print(head, soft_wrap=True)
        for line, style in _excerpt(place, finding):
            console.print(Text(line, _COLOURS[level] if style else ""), soft_wrap=True)
        console.print(Text(f"      = help: {_plain(finding.recommendation)}"), soft_wrap=True)
    console.print(Text(_conclusion(report, len(found))), soft_wrap=True)


def _excerpt(place: Place, finding: Finding) -> Iterator[tuple[str, bool]]:
    """The line, and carets beneath it that stay beneath also where characters are wide."""
    if finding.line > len(place.lines):
        return
    line = place.lines[finding.line - 1]
    begin, end = finding.column - 1, max(finding.column, min(finding.end_column - 1, len(line)))
    cut = max(0, begin - BEFORE_CHARS) if len(line) > SHOWN_CHARS else 0
    before, marked = _plain(line[cut:begin]), _plain(line[begin : min(end, cut + SHOWN_CHARS)])
    after = _plain(line[min(end, cut + SHOWN_CHARS) : cut + SHOWN_CHARS])
    front, back = "..." if cut else "", "..." if len(line) > cut + SHOWN_CHARS else ""
    yield f"{place.line + finding.line:>5} | {front}{before}{marked}{after}{back}".rstrip(), False
    yield f"      | {' ' * cell_len(front + before)}{'^' * max(1, cell_len(marked))}", True


def _plain(told: str) -> str:
    """Nothing that moves a terminal's cursor or turns the direction of text."""
    return "".join(TAB if c == "\t" else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in told)


def _conclusion(report: Report, shown: int) -> str:
    """One sentence."""
    some = "nothing found" if not report.count else f"{report.count:,} finding{'' if report.count == 1 else 's'}"
    if shown < report.count:
        some += f", the worst {shown} of them shown"
    if not report.reasons:
        below = f", none of severity {report.fail_on} or above" if report.count else ""
        return f"Accepted: {some}{below}."
    rejected = [result for result in report.results if result.checked.reason]
    if len(report.results) == 1:
        return f"Rejected ({report.reasons[0]}): {some}."
    who = ", ".join(f"{_plain(result.program.name)} ({result.checked.reason})" for result in rejected)
    return f"Rejected {len(rejected)} of {len(report.results)} programs, {who}: {some}."


def as_json(report: Report) -> bytes:
    data = {
        "rejected": bool(report.reasons),
        "reason": next(iter(report.reasons), None),
        "count": report.count,
        "findings": [_finding(*pair) for pair in report.found],
        "programs": [_program(result) for result in report.results],
    }
    return orjson.dumps(data, option=orjson.OPT_INDENT_2)


def _finding(place: Place, finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "rule": finding.rule,
        "severity": finding.severity,
        "file": place.file,
        **({"field": place.field} if place.field else {}),
        "line": place.line + finding.line,
        "column": place.column + finding.column,
        "endColumn": place.column + finding.end_column,
        "snippet": finding.snippet,
        "message": finding.description,
        "recommendation": finding.recommendation,
    }


def _program(result: Result) -> dict[str, Any]:
    checked = result.checked
    most = checked.most_complex
    return {
        "language": result.program.language,
        "files": result.program.files,
        **({"execution": result.program.execution} if result.program.execution else {}),
        "rejected": checked.reason is not None,
        "reason": checked.reason,
        "count": checked.count,
        "complexity": checked.complexity,
        "mostComplex": {"function": most[0], "complexity": most[1]} if most else None,
    }


def sarif(report: Report) -> bytes:
    """One run of one tool, each rule told once."""
    found = report.found
    rules = dict[str, dict[str, Any]]()
    for _, finding in found:
        rules.setdefault(finding.rule, _rule(finding, report))
    order = {rule: number for number, rule in enumerate(rules)}
    results = [
        {
            "ruleId": finding.rule,
            "ruleIndex": order[finding.rule],
            "level": report.level(finding),
            "message": {"text": f"{finding.description} {finding.recommendation}"},
            "locations": [_location(place, finding)],
        }
        for place, finding in found
    ]
    driver = {"name": "codeexec", "semanticVersion": codeexec.__version__, "rules": list(rules.values())}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return orjson.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2)


def _rule(finding: Finding, report: Report) -> dict[str, Any]:
    severity = SECURITY_SEVERITIES.get(finding.severity)
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.description},
        "help": {"text": finding.recommendation},
        "defaultConfiguration": {"level": report.level(finding)},
        "properties": {"tags": ["security"], **({"security-severity": severity} if severity else {})},
    }


def _location(place: Place, finding: Finding) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.field:
        return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": place.field}]}
    physical["region"] = {
        "startLine": place.line + finding.line,
        "startColumn": place.column + finding.column,
        "endColumn": place.column + finding.end_column,
    }
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    """Relative wherever it can be: that is how code scanning finds a file in a repository."""
    path = Path(file)
    here = Path.cwd()
    if path.is_absolute() and not path.is_relative_to(here):
        return path.as_uri()
    return quote((path.relative_to(here) if path.is_absolute() else path).as_posix())
