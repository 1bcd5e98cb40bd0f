"""The SandboxPolicy that programs are checked against: from a file as strictly as the API server would take it, or from
the cluster."""

import asyncio
import difflib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from codeexec.cli.problems import Usage, told
from codeexec.models.policy import BlockedPattern, PolicySpec
from codeexec.validation.facts import CONSTRUCTS
from codeexec.validation.patterns import InvalidPattern
from codeexec.validation.policy import check_all

KIND = "SandboxPolicy"
ASK_SECONDS = 3.0
"""A request that fails is tried again so long: somebody waits at a terminal."""


def policy(named: str) -> PolicySpec:
    """The built-in values when nothing is named."""
    if not named:
        return PolicySpec()
    path = Path(named)
    if path.is_file():
        return _checked(_document(path), named)
    if path.suffix in (".yaml", ".yml", ".json") or "/" in named:
        raise Usage(f"{named}: no such file; --policy is a YAML file, or the name of a {KIND} in the cluster")
    return _checked(asyncio.run(_from_cluster(named)), f"{KIND} {named}")


def _document(path: Path) -> dict[str, Any]:
    try:
        found = [one for one in yaml.safe_load_all(path.read_bytes()) if isinstance(one, dict)]
    except OSError as error:
        raise Usage(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Usage(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    policies = [one for one in found if one.get("kind") == KIND]
    if not policies:
        kinds = ", ".join(str(one.get("kind")) for one in found) or "nothing"
        raise Usage(f"{path}: no {KIND} in it ({kinds}); --policy needs a document with `kind: {KIND}`")
    if len(policies) > 1:
        names = ", ".join(str((one.get("metadata") or {}).get("name")) for one in policies)
        raise Usage(f"{path}: {len(policies)} policies in it ({names}); put the one to check against into its own file")
    return policies[0]


def _checked(document: dict[str, Any], where: str) -> PolicySpec:
    given = document.get("spec") or {}
    try:
        spec = PolicySpec.model_validate(given)
    except ValidationError as error:
        raise Usage(f"{where}: {told(error)}") from None
    if wrong := next(_unknown(given, spec.model_dump(by_alias=True, mode="json"), "spec"), ""):
        raise Usage(f"{where}: {wrong}")
    for number, pattern in enumerate(spec.validation.blocked_patterns):
        if wrong := _wrong(pattern):
            raise Usage(f"{where}: spec.validation.blockedPatterns[{number}]: {wrong}")
    try:
        check_all(spec.validation)
    except InvalidPattern as error:
        raise Usage(f"{where}: {error.field}: {error}") from None
    return spec


def _unknown(given: object, taken: object, where: str) -> Iterator[str]:
    """Models ignore fields that they do not know, because the API server has removed them; nobody has from a file."""
    if isinstance(given, dict) and isinstance(taken, dict):
        for name, value in given.items():
            if name in taken:
                yield from _unknown(value, taken[name], f"{where}.{name}")
            else:
                near = difflib.get_close_matches(str(name), taken, 1)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(taken)}"
                yield f"{where}.{name}: no such field; {meant}"
    elif isinstance(given, list) and isinstance(taken, list):
        for number, pair in enumerate(zip(given, taken, strict=True)):
            yield from _unknown(*pair, f"{where}[{number}]")


def _wrong(pattern: BlockedPattern) -> str:
    named = [one for one in (pattern.pattern, pattern.reference, pattern.named) if one]
    if len(named) != 1:
        return f"exactly one of pattern, reference and construct is needed, not {len(named)}"
    if pattern.named and pattern.named not in CONSTRUCTS:
        return f"no construct is called {pattern.named}; there are {', '.join(sorted(CONSTRUCTS))}"
    return ""


async def _from_cluster(name: str) -> dict[str, Any]:
    from codeexec.kube.api import KubeApi
    from codeexec.kube.credentials import connect_settings
    from codeexec.kube.errors import KubeError, NotFound
    from codeexec.kube.resources import SANDBOXPOLICIES

    logging.getLogger("kubernetes").setLevel(logging.ERROR)  # it warns of what its exceptions say again
    try:
        settings = await connect_settings()
        async with KubeApi(settings, deadline=ASK_SECONDS) as api:
            return await api.get(SANDBOXPOLICIES, settings.namespace, name)
    except NotFound:
        raise Usage(f"{KIND} {name}: namespace {settings.namespace} has none of this name, nor is it a file") from None
    except KubeError as error:
        raise Usage(f"{KIND} {name}: no such file, and no cluster that could be asked for it: {error}") from None
