"""`codeexec validate`: the operator's own check, for editors and CI."""

import asyncio
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from codeexec.cli import findings as told
from codeexec.cli.findings import Report, Result
from codeexec.cli.manifests import programs_in
from codeexec.cli.policies import policy as policy_named
from codeexec.cli.problems import Usage
from codeexec.cli.programs import MANIFESTS, Program, programs
from codeexec.models.policy import PolicySpec
from codeexec.models.reasons import Reason
from codeexec.models.spec import MAX_FILES, Language
from codeexec.validation.check import Checked, Source, answer, policy_bytes, request_bytes
from codeexec.validation.match import finding_at_start
from codeexec.validation.outcomes import Cause, TooComplex, Unanswered
from codeexec.validation.policy import Ruling
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey

REJECTED, USAGE = 1, 2
GROUP_BYTES = 131_072
"""Of files that are asked about at once where they are more than one program may have."""


class Output(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def validate(
    files: Annotated[
        list[Path],
        typer.Argument(help="Source files, those of one language being one program; or CodeExecution manifests."),
    ],
    policy: Annotated[str, typer.Option(help="A SandboxPolicy: a YAML file, or a name in the cluster.")] = "",
    language: Annotated[Language | None, typer.Option(help="Of all source files; else by their endings.")] = None,
    output: Annotated[Output, typer.Option(help="For people, programs or code review.")] = Output.TEXT,
) -> None:
    """Check programs as the operator does before it runs them. Exit codes: 0 accepted, 1 rejected, 2 not checked."""
    try:
        spec = policy_named(policy)
        found = programs([path for path in files if path.suffix not in MANIFESTS], language)
        found += [program for path in files if path.suffix in MANIFESTS for program in programs_in(path)]
        report = Report(asyncio.run(_results(found, spec)), spec.validation.fail_on)
    except (Usage, Unanswered) as error:
        raise _failed(str(error)) from None
    except Exception as error:  # exit code 1 would blame the program
        raise _failed(f"the check itself failed ({type(error).__name__}: {error}); this is a defect") from error
    for program in found:
        if not any(source.content.strip() for source in program.sources):
            typer.echo(f"codeexec: {program.name}: empty, so there was nothing to check", err=True)
    _write(report, output)
    raise typer.Exit(REJECTED if report.reasons else 0)


def _failed(message: str) -> typer.Exit:
    typer.echo(f"codeexec: {message}", err=True)
    return typer.Exit(USAGE)


def _write(report: Report, output: Output) -> None:
    match output:
        case Output.JSON:
            sys.stdout.buffer.write(told.as_json(report) + b"\n")
        case Output.SARIF:
            sys.stdout.buffer.write(told.sarif(report) + b"\n")
        case Output.TEXT:
            if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
                reconfigure(errors="backslashreplace")  # a terminal need not know every letter
            told.text(report, Console(highlight=False))


async def _results(found: list[Program], spec: PolicySpec) -> list[Result]:
    async with ValidatorPool(1) as pool:
        return [
            Result(program, _joined([await _checked(pool, program.language, part, spec) for part in _parts(program)]))
            for program in found
        ]


async def _checked(pool: ValidatorPool, language: Language, sources: list[Source], spec: PolicySpec) -> Checked:
    own = getattr(spec.languages, language.value).validation
    policy = policy_bytes(language, spec.validation, own)
    try:
        return answer(await pool.check(request_bytes(sources), key=PolicyKey(language.value, 0), policy=policy))
    except TooComplex as error:
        return _unchecked(sources[0].path, error)


def _parts(program: Program) -> Iterator[list[Source]]:
    """What is asked about at once: the program, as the operator does; or, where there are more files than it takes (all
    those of a repository), a few of them, the others by name."""
    if len(program.sources) <= MAX_FILES:
        yield list(program.sources)
        return
    part, size = list[Source](), 0
    for source in program.sources:
        if part and size + len(source.content) > GROUP_BYTES:
            yield [*part, *_names(program, part)]
            part, size = [], 0
        part.append(source)
        size += len(source.content)
    yield [*part, *_names(program, part)]


def _names(program: Program, without: list[Source]) -> Iterator[Source]:
    asked = {source.path for source in without}
    return (Source(source.path, b"", code=False) for source in program.sources if source.path not in asked)


def _unchecked(path: str, error: TooComplex) -> Checked:
    large = error.cause is Cause.SIZE
    advice = "Make it smaller." if large else "Make it simpler: less deeply nested, or divided into smaller files."
    ruling = Ruling("limit", "too-complex", "critical", f"It cannot be checked: {error.message}.", advice)
    reason = Reason.CODE_TOO_LARGE if large else Reason.VALIDATION_TIMEOUT
    return Checked((finding_at_start(path, ruling),), 1, reason, 0, None)


def _joined(each: list[Checked]) -> Checked:
    """One answer out of those to parts of a program."""
    functions = [one.most_complex for one in each if one.most_complex]
    return Checked(
        findings=tuple(finding for one in each for finding in one.findings),
        count=sum(one.count for one in each),
        reason=next((one.reason for one in each if one.reason), None),
        complexity=sum(one.complexity for one in each),
        most_complex=max(functions, key=lambda function: function[1], default=None),
    )
