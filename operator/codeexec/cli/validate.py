"""`codeexec validate` and `codeexec rules`: the operator's own check, for editors and CI."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from codeexec.cli import findings as told
from codeexec.domain.languages import TOOLCHAINS
from codeexec.models.policy import PolicySpec
from codeexec.models.spec import Language
from codeexec.validation.check import Checked, Source, answer, policy_bytes, request_bytes
from codeexec.validation.outcomes import Unanswered
from codeexec.validation.patterns import InvalidPattern
from codeexec.validation.policy import check_all
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.rules import rules_of


class Output(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


HEADERS = {".h": Language.C, ".hpp": Language.CPP, ".hh": Language.CPP}
REJECTED, USAGE = 1, 2


def validate(
    files: Annotated[list[Path], typer.Argument(help="Source files; those of one language are one program.")],
    policy: Annotated[str, typer.Option(help="A SandboxPolicy: a YAML file, or a name in the cluster.")] = "",
    language: Annotated[Language | None, typer.Option(help="Of all files; else by their endings.")] = None,
    output: Annotated[Output, typer.Option(help="For people, programs or code review.")] = Output.TEXT,
) -> None:
    """Check programs as the operator would before it runs them. Exit code 1: rejected."""
    spec = _policy(policy)
    programs: dict[Language, list[Source]] = {}
    for path in files:
        programs.setdefault(language or _language(path), []).append(Source(path.as_posix(), _read(path)))
    try:
        check_all(spec.validation)
        results = asyncio.run(_check(programs, spec))
    except (InvalidPattern, Unanswered) as error:
        raise _failed(str(error)) from None
    found = [finding for result in results for finding in result.findings]
    rejected = any(result.reason is not None for result in results)
    match output:
        case Output.JSON:
            sys.stdout.buffer.write(told.as_json(found, rejected=rejected) + b"\n")
        case Output.SARIF:
            sys.stdout.buffer.write(told.sarif(found) + b"\n")
        case Output.TEXT:
            texts = {s.path: s.content.decode("utf-8", "replace").splitlines() for ss in programs.values() for s in ss}
            told.text(found, texts, Console(highlight=False), rejected=rejected)
    raise typer.Exit(REJECTED if rejected else 0)


async def _check(programs: dict[Language, list[Source]], spec: PolicySpec) -> list[Checked]:
    results = []
    async with ValidatorPool(1) as pool:
        for language, sources in programs.items():
            policy = policy_bytes(language, spec.validation, getattr(spec.languages, language.value).validation)
            raw = await pool.check(request_bytes(sources), key=PolicyKey(language.value, 0), policy=policy)
            results.append(answer(raw))
    return results


def _language(path: Path) -> Language:
    for language, toolchain in TOOLCHAINS.items():
        if path.suffix in toolchain.suffixes:
            return language
    if path.suffix in HEADERS:
        return HEADERS[path.suffix]
    known = " ".join(sorted(suffix for toolchain in TOOLCHAINS.values() for suffix in toolchain.suffixes))
    raise _failed(f"{path}: of no language that is known by its ending ({known}); name it with --language")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _failed(f"{path}: {error.strerror}") from None


def _policy(named: str) -> PolicySpec:
    if not named:
        return PolicySpec()
    path = Path(named)
    if not path.is_file():
        if path.suffix in (".yaml", ".yml") or "/" in named:
            raise _failed(f"{named}: no such file")
        return asyncio.run(_from_cluster(named))
    try:
        for document in yaml.safe_load_all(_read(path)):
            if isinstance(document, dict) and document.get("kind") == "SandboxPolicy":
                return _parsed(document, named)
    except yaml.YAMLError as error:
        raise _failed(f"{named}: not YAML: {' '.join(str(error).split())}") from None
    raise _failed(f"{named}: no SandboxPolicy in it")


def _parsed(document: dict[str, Any], where: str) -> PolicySpec:
    try:
        return PolicySpec.model_validate(document.get("spec") or {})
    except ValidationError as error:
        first = error.errors()[0]
        raise _failed(f"{where}: spec.{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


async def _from_cluster(name: str) -> PolicySpec:
    from codeexec.kube.api import KubeApi
    from codeexec.kube.credentials import connect_settings
    from codeexec.kube.errors import KubeError
    from codeexec.kube.resources import SANDBOXPOLICIES

    try:
        settings = await connect_settings()
        async with KubeApi(settings) as api:
            return _parsed(await api.get(SANDBOXPOLICIES, settings.namespace, name), name)
    except KubeError as error:
        raise _failed(f"SandboxPolicy {name}: {error}") from None


def _failed(message: str) -> typer.Exit:
    typer.echo(f"codeexec: {message}", err=True)
    return typer.Exit(USAGE)


def rules(
    language: Annotated[Language | None, typer.Option(help="Only those of one language.")] = None,
    output: Annotated[Output, typer.Option(help="text or json.")] = Output.TEXT,
) -> None:
    """List the built-in rules."""
    listed = {one: rules_of(one) for one in ([language] if language else list(Language))}
    if output is not Output.TEXT:
        import orjson

        data = {
            one.value: [rule.model_dump(mode="json", by_alias=True) for rule in found] for one, found in listed.items()
        }
        sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
        return
    console = Console(highlight=False)
    for one, found in listed.items():
        table = Table("rule", "severity", "profiles", "switched off by", "finds", title=one.value, title_justify="left")
        for rule in found:
            off = {"commands": "commands", "filesystem": "filesystem", "network": "network"}.get(rule.group, "")
            table.add_row(rule.id, rule.severity, ", ".join(rule.profiles), off, rule.description)
        console.print(table)
