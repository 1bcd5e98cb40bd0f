"""The CRDs: what is in the repository is what the models say, and the schemas leave nothing open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from codeexec.models import crd
from codeexec.models.base import GROUP
from codeexec.models.execution import ExecutionSpec

CRDS = Path(__file__).parents[3] / "crds"
MUTABLE = {"cancel", "ttlSecondsAfterFinished"}
NOT_OURS = {"apiVersion", "kind", "metadata"}


def schema(name: str) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(crd.files()[f"{name}.codeexec.dev.yaml"])
    found: dict[str, Any] = made["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return found


def nodes(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema below this one; those of apiVersion, kind and metadata are Kubernetes' own business."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        if path or name not in NOT_OURS:
            yield from nodes(child, f"{path}.{name}")
    if "items" in node:
        yield from nodes(node["items"], f"{path}[]")


EVERY = [pair for name in ("codeexecutions", "sandboxpolicies") for pair in nodes(schema(name), "")]


def test_the_files_are_generated_from_the_models() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in CRDS.glob(f"*.{GROUP}.yaml")} == crd.files()


@pytest.mark.parametrize(("path", "node"), EVERY, ids=[path or "root" for path, _ in EVERY])
def test_nothing_in_a_schema_is_open(path: str, node: dict[str, Any]) -> None:
    assert node["type"] in {"string", "integer", "boolean", "array", "object"}
    if node["type"] == "string":
        assert "maxLength" in node or "enum" in node
    if node["type"] == "array":
        assert "maxItems" in node
        assert "items" in node
    if node["type"] == "object":
        assert node["properties"]
    loose = {"$ref", "$defs", "anyOf", "oneOf", "allOf", "additionalProperties", "const", "title"}
    assert not loose & set(node)
    assert "x-kubernetes-preserve-unknown-fields" not in node
    assert "default" not in node or path == ".status"
    assert "nullable" not in node


def test_only_status_has_a_default_so_that_kstatus_never_takes_a_new_object_for_a_current_one() -> None:
    assert schema("codeexecutions")["properties"]["status"]["default"] == {"observedGeneration": -1, "phase": "Pending"}


def test_every_field_is_described() -> None:
    assert [path for path, node in EVERY if not path.endswith("[]") and "description" not in node] == []


def test_all_that_decides_what_runs_is_immutable() -> None:
    spec = schema("codeexecutions")["properties"]["spec"]
    rules = {rule["message"]: rule["rule"] for rule in spec["x-kubernetes-validations"]}
    fixed = {name for name in spec["properties"] if any(text.startswith(f"spec.{name} is imm") for text in rules)}
    assert fixed == set(spec["properties"]) - MUTABLE
    for message, rule in rules.items():
        if "immutable" in message:
            name = message.split()[0]
            assert f"{name.replace('spec', 'self')} == {name.replace('spec', 'oldSelf')}" in rule


def test_a_field_that_may_be_left_out_may_not_be_added_later() -> None:
    for rule in crd.immutability(ExecutionSpec):
        required = rule["message"].split()[0] in ("spec.language", "spec.code")
        assert ("has(self." in rule["rule"]) != required


def test_conditions_are_a_map_by_type() -> None:
    conditions = schema("codeexecutions")["properties"]["status"]["properties"]["conditions"]
    assert conditions["x-kubernetes-list-type"] == "map"
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]


def test_columns_point_at_fields_that_exist() -> None:
    for text in crd.files().values():
        version = yaml.safe_load(text)["spec"]["versions"][0]
        for column in version["additionalPrinterColumns"]:
            node = version["schema"]["openAPIV3Schema"]
            for part in column["jsonPath"].strip(".").split("."):
                if part in NOT_OURS:
                    break
                node = node["properties"][part]
