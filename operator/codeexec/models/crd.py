"""CustomResourceDefinitions out of the models: `python -m codeexec.models.crd DIRECTORY` writes them.

A structural schema is what pydantic's JSON schema becomes when references are written out, nullable unions are
collapsed (absent means unset) and what OpenAPI v3 in Kubernetes does not know is dropped.
"""

import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from codeexec.models import room
from codeexec.models.base import GROUP, VERSION
from codeexec.models.policy import PolicySpec, PolicyStatus
from codeexec.models.spec import ExecutionSpec
from codeexec.models.status import ExecutionStatus

Schema = dict[str, Any]

_DROPPED = {"title", "default", "$defs", "examples", "mutable"}


def structural(node: Any, definitions: Schema) -> Any:
    """The same schema without `$ref`, `anyOf`, `const`, titles and defaults."""
    if isinstance(node, list):
        return [structural(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[1]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if "anyOf" in node:
        (only,) = (option for option in node["anyOf"] if option != {"type": "null"})
        node = {**only, **{key: value for key, value in node.items() if key != "anyOf"}}
        return structural(node, definitions)
    properties = node.get("properties")
    plain = {key: value for key, value in node.items() if key not in _DROPPED and key != "properties"}
    result = {key: structural(value, definitions) for key, value in plain.items()}
    if "const" in result:
        result["enum"] = [result.pop("const")]
    if result.get("type") == "integer":
        result["format"] = "int64"
    if result.get("format") == "date-time":
        result["maxLength"] = 64
    if properties is not None:
        result["properties"] = {name: structural(value, definitions) for name, value in properties.items()}
    return result


def schema_of(model: type[BaseModel]) -> Schema:
    raw = model.model_json_schema(by_alias=True, mode="validation")
    schema: Schema = structural(raw, raw.get("$defs", {}))
    return schema


def immutability(model: type[BaseModel]) -> list[Schema]:
    """One CEL rule a field, so that the message names the field that was changed."""
    rules = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("mutable"):
            continue
        key = str(field.alias or name)
        same = f"self.{key} == oldSelf.{key}"
        if not field.is_required():
            same = f"has(self.{key}) == has(oldSelf.{key}) && (!has(self.{key}) || {same})"
        rules.append(
            {"rule": same, "message": f"spec.{key} is immutable: create a new CodeExecution to run something else"}
        )
    return rules


def _crd(kind: str, plural: str, short: str, schema: Schema, columns: list[Schema]) -> Schema:
    has_status = "status" in schema["properties"]
    version: Schema = {
        "name": VERSION,
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
        "additionalPrinterColumns": columns,
    }
    if has_status:
        version["subresources"] = {"status": {}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP,
            "scope": "Namespaced",
            "names": {
                "kind": kind,
                "listKind": f"{kind}List",
                "plural": plural,
                "singular": kind.lower(),
                "shortNames": [short],
                "categories": ["codeexec"],
            },
            "versions": [version],
        },
    }


def _column(name: str, path: str, kind: str = "string", *, wide: bool = False, about: str = "") -> Schema:
    column: Schema = {"name": name, "type": kind, "jsonPath": path}
    if wide:
        column["priority"] = 1
    if about:
        column["description"] = about
    return column


_BY_TYPE = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"]}
_AGE = _column("Age", ".metadata.creationTimestamp", "date")


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "required": [name for name in properties if name == "spec"],
        "properties": {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
        | properties,
    }


def execution_crd() -> Schema:
    spec = schema_of(ExecutionSpec)
    spec["x-kubernetes-validations"] = [
        *immutability(ExecutionSpec),
        {
            "rule": "!has(oldSelf.cancel) || !oldSelf.cancel || (has(self.cancel) && self.cancel)",
            "message": "spec.cancel cannot be taken back: create a new CodeExecution",
        },
        {
            "rule": "!has(self.ttlDeletes) || self.ttlDeletes != 'Execution' || has(self.ttlSecondsAfterFinished)",
            "message": "ttlDeletes: Execution needs ttlSecondsAfterFinished, or the verdict would be gone unread",
        },
        {
            "rule": "!(has(self.code) && has(self.files))",
            "message": "a program is either code or files, not both",
        },
        {
            "rule": "has(self.code) || has(self.files)"
            " || (has(self.batch) && self.batch.size() > 0 && self.batch.all(i, has(i.code) || has(i.files)))",
            "message": "there is nothing to run: give code or files, or a batch whose items each have their own",
        },
        {
            "rule": "!has(self.batch) || self.batch.all(i, self.batch.exists_one(j, j.name == i.name))",
            "message": "every item of a batch needs a name of its own",
        },
        {
            "rule": "!has(self.artifacts) || self.artifacts.size() == 0"
            " || (has(self.access) && has(self.access.filesystem) && self.access.filesystem)",
            "message": "artifacts need access.filesystem: true; without it a program cannot write files",
        },
        *room.rules(),
    ]
    status = schema_of(ExecutionStatus)
    # Written by nobody, so that kstatus says InProgress, and not Current, before the operator's first write.
    status["default"] = {"observedGeneration": -1, "phase": "Pending"}
    status["properties"]["conditions"] |= _BY_TYPE
    columns = [
        _column("Language", ".spec.language"),
        _column("Phase", ".status.phase"),
        _column("Reason", ".status.reason"),
        _column("Exit", ".status.exitCode", "integer"),
        _column(
            "Time", ".status.metrics.executionTimeMs", "integer", about="Wall clock of the program in milliseconds."
        ),
        _column("Memory", ".status.metrics.memoryUsedBytes", "integer", wide=True, about="Peak memory in bytes."),
        _column("CPU", ".status.metrics.cpuTimeMs", "integer", wide=True, about="CPU time in milliseconds."),
        _column("Policy", ".status.policy.name", wide=True),
        _column("Node", ".status.runtime.node", wide=True),
        _AGE,
    ]
    about = "Runs one program once, in a hardened sandbox, and holds its verdict."
    return _crd("CodeExecution", "codeexecutions", "cx", _object(about, spec=spec, status=status), columns)


def policy_crd() -> Schema:
    columns = [
        _column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
        _column("Reason", '.status.conditions[?(@.type=="Ready")].reason'),
        _column("Network", ".spec.validation.allowNetworkAccess", "boolean"),
        _column("Files", ".spec.validation.allowFileSystemAccess", "boolean"),
        _column("Commands", ".spec.validation.allowExternalCommands", "boolean"),
        _AGE,
    ]
    about = "What runs of a namespace may use. The one called `default` applies to runs that name no other."
    status = schema_of(PolicyStatus)
    status["properties"]["conditions"] |= _BY_TYPE
    schema = _object(about, spec=schema_of(PolicySpec), status=status)
    return _crd("SandboxPolicy", "sandboxpolicies", "sbp", schema, columns)


def render(crd: Schema) -> str:
    return "# Generated from the models by `make crds`; do not edit.\n" + yaml.safe_dump(
        crd, sort_keys=False, width=120, allow_unicode=True
    )


def files() -> dict[str, str]:
    """File name to content, for every CRD."""
    return {f"{crd['metadata']['name']}.yaml": render(crd) for crd in (execution_crd(), policy_crd())}


if __name__ == "__main__":
    for file, content in files().items():
        (Path(sys.argv[1]) / file).write_text(content, encoding="utf-8")
