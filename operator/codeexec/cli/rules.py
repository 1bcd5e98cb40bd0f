"""`codeexec rules`: what the built-in rules are."""

import sys
import textwrap
from enum import StrEnum
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.text import Text

from codeexec.models.spec import Language
from codeexec.validation.document import SWITCHES
from codeexec.validation.rules import Rule, rules_of

COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


class Output(StrEnum):
    TEXT = "text"
    JSON = "json"


def rules(
    language: Annotated[Language | None, typer.Option(help="Only those of one language.")] = None,
    output: Annotated[Output, typer.Option(help="For people or programs.")] = Output.TEXT,
) -> None:
    """List the built-in rules: severity, profiles, and the switch of the policy that turns one off."""
    listed = {one: rules_of(one) for one in ([language] if language else list(Language))}
    if output is Output.JSON:
        data = {one.value: [_data(rule) for rule in found] for one, found in listed.items()}
        sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
        return
    console = Console(highlight=False)
    for number, (one, found) in enumerate(listed.items()):
        console.print(Text(f"{'' if not number else chr(10)}{one}: {len(found)} rules", "bold"))
        for rule in found:
            console.print(_shown(rule, min(console.width, 120)), soft_wrap=True)


def _shown(rule: Rule, width: int) -> Text:
    off = f"  {SWITCHES[rule.group]}" if rule.group in SWITCHES else ""
    shown = Text(f"{rule.id:<28} ", "bold")
    shown.append(f"{rule.severity:<8}", COLOURS[rule.severity])
    shown.append(f"  {'+'.join(rule.profiles):<15}{off}".rstrip() + "\n")
    shown.append(textwrap.fill(rule.description, width, initial_indent="  ", subsequent_indent="  "))
    return shown


def _data(rule: Rule) -> dict[str, object]:
    looks_for = {name: names for name, names in rule.match.model_dump(mode="json", by_alias=True).items() if names}
    return {
        "id": rule.id,
        "severity": rule.severity,
        "profiles": rule.profiles,
        "switchedOffBy": SWITCHES.get(rule.group),
        "match": looks_for,
        "description": rule.description,
        "recommendation": rule.recommendation,
        "hit": rule.hit,
        "miss": rule.miss,
    }
