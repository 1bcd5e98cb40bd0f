"""An API server's look at an object: the part of a structural schema that ours use, and what etcd takes."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import yaml

from codeexec.models import crd

ETCD_BYTES = 1_572_864
"""--max-request-bytes of etcd."""
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": (list, tuple),
    "object": dict,
}


@cache
def schema(plural: str) -> dict[str, Any]:
    """Of the kind, as it is installed."""
    made: dict[str, Any] = yaml.safe_load(crd.files()[f"{plural}.codeexec.dev.yaml"])
    found: dict[str, Any] = made["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def problems(node: dict[str, Any], value: Any, at: str = "") -> list[str]:
    """What the schema does not allow; unknown fields, which would be pruned, among it."""
    return list(_problems(node, value, at))


def _problems(node: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    kind = node["type"]
    if not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        yield f"{at}: {value!r:.80} is no {kind}"
        return
    if "enum" in node and value not in node["enum"]:
        yield f"{at}: {value!r:.80} is none of {node['enum']}"
    match kind:
        case "string":
            yield from _text(node, value, at)
        case "integer" if not node.get("minimum", -(2**63)) <= value <= node.get("maximum", 2**63 - 1):
            yield f"{at}: {value} is out of bounds"
        case "array":
            if len(value) > node["maxItems"]:
                yield f"{at}: {len(value)} items, at most {node['maxItems']}"
            for number, one in enumerate(value):
                yield from _problems(node["items"], one, f"{at}[{number}]")
        case "object" if "properties" in node:
            yield from _fields(node, value, at)


def _fields(node: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
    for name in node.get("required", ()):
        if name not in value:
            yield f"{at}.{name} is missing"
    for name, one in value.items():
        if name not in node["properties"]:
            yield f"{at}.{name} is unknown"
        else:
            yield from _problems(node["properties"][name], one, f"{at}.{name}")


def _text(node: dict[str, Any], value: str, at: str) -> Iterator[str]:
    if len(value) > node.get("maxLength", len(value)):
        yield f"{at}: {len(value)} characters, at most {node['maxLength']}"
    if len(value) < node.get("minLength", 0):
        yield f"{at}: {len(value)} characters, at least {node['minLength']}"
    if "pattern" in node and not re.search(node["pattern"].replace("$", r"\Z"), value):
        yield f"{at}: {value!r:.80} is not like {node['pattern']}"
    if node.get("format") == "date-time":
        datetime.fromisoformat(value)


def stored(value: object) -> int:
    """Bytes of this as Go's encoder writes it, counted character by character."""
    if isinstance(value, str):
        return 2 + sum(map(_stored_character, value))
    if isinstance(value, dict):
        return 2 + sum(stored(name) + stored(one) + 2 for name, one in value.items())
    if isinstance(value, list | tuple):
        return 2 + sum(stored(one) + 1 for one in value)
    return len(str(value))


def _stored_character(character: str) -> int:
    if character in '"\\\n\r\t':
        return 2
    if ord(character) < 0x20 or character in "<>&\u2028\u2029":
        return 6
    return len(character.encode())
