"""The CRDs: what is in the repository is what the models say, and the schemas leave nothing open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from codeexec.models import crd
from codeexec.models.base import GROUP
from codeexec.models.policy import PolicySpec
from codeexec.models.room import MAX_STORED_BYTES
from codeexec.models.spec import MAX_BATCH, MAX_FILES, ExecutionSpec, Language
from codeexec.models.status import MAX_ARTIFACTS, MAX_FINDINGS
from tests.unit.models.structural import problems, schema

CRDS = Path(__file__).parents[3] / "crds"
MUTABLE = {"cancel", "ttlSecondsAfterFinished"}
NOT_OURS = {"apiVersion", "kind", "metadata"}


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
        required = rule["message"].split()[0] == "spec.language"
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
            for part in column["jsonPath"].replace('[?(@.type=="Ready")]', "[]").strip(".").split("."):
                if part in NOT_OURS:
                    break
                node = node["properties"][part.removesuffix("[]")]
                node = node["items"] if part.endswith("[]") else node


SPEC = schema("codeexecutions")["properties"]["spec"]
FULL = {
    "language": "go",
    "files": [{"path": "main.go", "content": "package main"}, {"path": "data", "contentBase64": "AAEC"}],
    "entrypoint": "main.go",
    "args": ["-x"],
    "stdin": "in",
    "env": [{"name": "A", "value": "1"}],
    "batch": [
        {
            "name": "first.1",
            "code": "package main",
            "entrypoint": "a.go",
            "args": [],
            "stdin": "",
            "timeoutSeconds": 3600,
            "limits": {
                "memory": "32Mi",
                "cpuTimeSeconds": 1,
                "processes": 1000,
                "maxOutputBytes": 1024,
                "diskBytes": 65536,
            },
            "expectedOutput": "x",
            "outputMatch": "IgnoreWhitespace",
        },
        {"name": "second", "files": [{"path": "main.go", "content": ""}]},
    ],
    "timeoutSeconds": 1,
    "limits": {"memory": "1Gi", "cpu": "500m", "outputBytes": 131072, "maxOutputBytes": 1073741824},
    "access": {"network": True, "filesystem": True, "commands": True},
    "artifacts": ["out/*.png"],
    "policyRef": {"name": "default"},
    "ttlSecondsAfterFinished": 604800,
    "ttlDeletes": "Execution",
    "cancel": False,
}


def test_a_spec_that_uses_everything_is_taken_by_schema_and_models_alike() -> None:
    assert problems(SPEC, FULL) == []
    assert set(FULL) | {"code"} == set(SPEC["properties"])
    assert ExecutionSpec.model_validate(FULL).manifest() == FULL


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "perl"},
        {"language": None},
        {"code": ""},
        {"files": [{"path": "", "content": ""}]},
        {"files": [{"path": "x" * 513, "content": ""}]},
        {"files": [{"content": ""}]},
        {"files": [{"path": f"f{number}"} for number in range(MAX_FILES + 1)]},
        {"args": ["x"] * 65},
        {"args": ["x" * 4097]},
        {"env": [{"name": "A=B"}]},
        {"env": [{"name": "1A"}]},
        {"batch": [{"name": f"i{number}"} for number in range(MAX_BATCH + 1)]},
        {"batch": [{}]},
        {"batch": [{"name": ""}]},
        {"batch": [{"name": "-a"}]},
        {"batch": [{"name": "a b"}]},
        {"batch": [{"name": "x" * 64}]},
        {"batch": [{"name": "a", "timeoutSeconds": 0}]},
        {"batch": [{"name": "a", "outputMatch": "Regex"}]},
        {"batch": [{"name": "a", "limits": {"processes": 0}}]},
        {"batch": [{"name": "a", "files": [{"path": "", "content": ""}]}]},
        {"timeoutSeconds": 3601},
        {"limits": {"memory": "512M"}},
        {"limits": {"memory": "0Mi"}},
        {"limits": {"cpu": "0.5"}},
        {"limits": {"cpu": "9m"}},
        {"limits": {"cpuTimeSeconds": 3601}},
        {"limits": {"processes": 1001}},
        {"limits": {"outputBytes": 131073}},
        {"limits": {"outputBytes": 1023}},
        {"limits": {"maxOutputBytes": 2**30 + 1}},
        {"limits": {"diskBytes": 65535}},
        {"artifacts": ["x"] * 17},
        {"artifacts": [""]},
        {"policyRef": {"name": "Default"}},
        {"ttlSecondsAfterFinished": -1},
        {"ttlDeletes": "All"},
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_what_one_refuses_the_other_refuses_too(changes: dict[str, Any]) -> None:
    """Else an object would get past the API server and end as InvalidSpec, or the other way round."""
    spec = {"language": "go", "code": "package main"} | changes
    spec = {name: value for name, value in spec.items() if value is not None}
    assert problems(SPEC, spec) != []
    with pytest.raises(ValidationError):
        ExecutionSpec.model_validate(spec)


RULES = {rule["message"]: rule["rule"] for rule in SPEC["x-kubernetes-validations"]}


@pytest.mark.parametrize(
    ("start", "parts"),
    [
        ("a program is either code or files", ["has(self.code) && has(self.files)"]),
        ("there is nothing to run: give code or files", ["self.batch.all(i, has(i.code) || has(i.files))"]),
        ("every item of a batch needs a name of its own", ["exists_one(j, j.name == i.name)"]),
        ("artifacts need access.filesystem: true", ["self.access.filesystem"]),
        ("ttlDeletes: Execution needs ttlSecondsAfterFinished", ["has(self.ttlSecondsAfterFinished)"]),
        ("spec.cancel cannot be taken back", ["oldSelf.cancel"]),
    ],
)
def test_what_fields_must_be_together_is_said_when_they_are_not(start: str, parts: list[str]) -> None:
    """What the rules do is tried on a real API server (tests/cluster); here, that none is lost."""
    (message,) = [one for one in RULES if one.startswith(start)]
    assert all(part in RULES[message] for part in parts)


def test_every_text_of_a_spec_counts_towards_its_size() -> None:
    (message,) = [one for one in RULES if "more than the store has room for" in one]
    rule = RULES[message]
    assert rule.endswith(f"<= {MAX_STORED_BYTES}")
    for text in ("self.code", "self.stdin", "self.files", "self.args", "self.env", "i.code", "i.stdin", "i.files"):
        assert f"{text}.size()" in rule or f"{text}.map(" in rule, text
    for text in ("i.args.map(", "i.expectedOutput.size()", "x.content.size()", "x.contentBase64.size()", "x.value"):
        assert text in rule, text


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (".spec.files[]", "a file has either content or contentBase64, not both"),
        (".spec.batch[]", "an item has either code or files, not both"),
        (".spec.batch[]", "outputMatch needs expectedOutput"),
        (".spec.batch[].files[]", "a file has either content or contentBase64, not both"),
        (".spec.limits", "memory must be at least 32Mi: the runner and an interpreter need that much"),
        (".spec.batch[].limits", "memory must be at least 32Mi"),
        *(
            (f".spec.languages.{language}.limits", "timeoutSeconds must not be above maxTimeoutSeconds")
            for language in Language
        ),
        *((f".spec.languages.{language}.limits.compile", "memory must be at least 32Mi") for language in Language),
    ],
)
def test_rules_of_a_part_are_where_the_part_is(path: str, message: str) -> None:
    found = [rule["message"] for at, node in EVERY if at == path for rule in node.get("x-kubernetes-validations", ())]
    assert message in found


def test_a_status_holds_every_item_of_a_batch_with_its_violation_and_all_artifacts() -> None:
    status = schema("codeexecutions")["properties"]["status"]["properties"]
    assert status["batch"]["maxItems"] == SPEC["properties"]["batch"]["maxItems"] == MAX_BATCH
    assert status["violations"]["maxItems"] == MAX_FINDINGS + MAX_BATCH
    assert status["artifacts"]["maxItems"] == 2 * MAX_ARTIFACTS  # as many again that are missing


def test_every_language_can_be_asked_for_and_has_a_place_in_a_policy() -> None:
    assert SPEC["properties"]["language"]["enum"] == [language.value for language in Language]
    languages = schema("sandboxpolicies")["properties"]["spec"]["properties"]["languages"]["properties"]
    assert set(languages) == set(Language)


def test_a_policy_that_states_everything_is_taken_by_schema_and_models_alike() -> None:
    limits = {
        "memory": "1Gi",
        "cpu": "2",
        "timeoutSeconds": 10,
        "maxTimeoutSeconds": 20,
        "cpuTimeSeconds": 5,
        "processes": 7,
        "outputBytes": 1024,
        "maxOutputBytes": 4096,
        "diskBytes": 65536,
        "compile": {"timeoutSeconds": 60, "memory": "2Gi"},
    }
    what = {
        "scope": "strings",
        "languages": ["go"],
        "severity": "low",
        "description": "Not wanted.",
        "recommendation": "Leave it out.",
    }
    checks = {
        "profile": "standard",
        "allowedImports": ["math"],
        "blockedImports": ["os.*"],
        "syntaxCheck": "warn",
    }
    spec = {
        "languages": {language.value: {"limits": limits, "validation": checks} for language in Language},
        "validation": {
            "failOn": "high",
            "maxCodeBytes": 1000,
            "blockedPatterns": [
                {"pattern": "a+b", **what},
                {"reference": "math.*", **what},
                {"construct": "inline-asm", **what},
            ],
            "allowNetworkAccess": True,
            "allowFileSystemAccess": True,
            "allowExternalCommands": True,
        },
        "isolation": {"require": ["Seccomp", "Landlock"]},
        "retention": {"ttlSecondsAfterFinished": 60},
    }
    assert problems(schema("sandboxpolicies")["properties"]["spec"], spec) == []
    assert PolicySpec.model_validate(spec).manifest() == spec
