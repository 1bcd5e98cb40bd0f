"""The built-in rules: data of this package, one file a language, checked when they are read."""

import functools
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from codeexec.models.policy import Profile, Severity
from codeexec.models.spec import Language
from codeexec.validation.facts import CONSTRUCTS

Group = Literal["commands", "filesystem", "network", "escape", "other"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")

FILES: dict[Language, tuple[str, ...]] = {
    Language.GO: ("go",),
    Language.PYTHON: ("python",),
    Language.JAVASCRIPT: ("javascript",),
    Language.TYPESCRIPT: ("javascript",),
    Language.RUST: ("rust",),
    Language.JAVA: ("java",),
    Language.CPP: ("c", "cpp"),
    Language.C: ("c",),
}
"""A language shares the rules of the one it grew out of."""

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where libyaml is there, as it is in the wheels."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Match(_Data):
    """What a rule looks for; a name ends in `.*` for everything beneath it, or in `*` for everything that begins so."""

    imports: Names = Field(default=(), alias="import")
    references: Names = Field(default=(), alias="reference")
    constructs: Names = Field(default=(), alias="construct")

    @model_validator(mode="after")
    def _of_something(self) -> "Match":
        if not (self.imports or self.references or self.constructs):
            raise ValueError("a rule looks for an import, a reference or a construct")
        if unknown := set(self.constructs) - set(CONSTRUCTS):
            raise ValueError(f"no such construct: {', '.join(sorted(unknown))}")
        return self


class Rule(_Data):
    id: str = Field(pattern=r"^[a-z]+(-[a-z0-9]+)+$")
    match: Match
    group: Group
    """`commands`, `filesystem` and `network` are switched off by the access right of that name."""
    profiles: tuple[Literal["strict", "standard"], ...] = Field(min_length=1)
    severity: Severity
    description: str
    recommendation: str
    hit: str
    """A program in which it finds something, and one that looks alike in which it does not."""
    miss: str


class _File(_Data):
    version: int
    language: str
    rules: tuple[Rule, ...]


@functools.cache
def _read(name: str) -> tuple[Rule, ...]:
    text = (files(__package__) / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    return _File.model_validate(yaml.load(text, Loader=_LOADER)).rules  # noqa: S506  # either is a safe one


@functools.cache
def rules_of(language: Language) -> tuple[Rule, ...]:
    return tuple(rule for name in FILES[language] for rule in _read(name))


def selected(language: Language, profile: Profile, granted: frozenset[Group]) -> tuple[Rule, ...]:
    """Those of a profile, less the groups that an access right has switched off."""
    return tuple(rule for rule in rules_of(language) if profile in rule.profiles and rule.group not in granted)
