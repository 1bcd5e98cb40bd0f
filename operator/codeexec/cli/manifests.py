"""Programs inside CodeExecution manifests: what a repository for GitOps has in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from codeexec.cli.problems import Usage, told
from codeexec.cli.programs import Place, Program, lines_of, read
from codeexec.domain.program import content_of, plan, problem, sources
from codeexec.models.spec import ExecutionSpec, SourceFile
from codeexec.validation.check import sources_of

KIND = "CodeExecution"


def programs_in(path: Path) -> list[Program]:
    """Those of every CodeExecution in the file; other kinds are passed over."""
    content, found = read(path), []
    try:
        loader = yaml.SafeLoader(content)
        while loader.check_node():
            node = loader.get_node()
            document = loader.construct_document(node)
            if node and isinstance(document, dict) and document.get("kind") == KIND:
                found += list(_programs(str(path), lines_of(content), node, document))
    except (yaml.YAMLError, RecursionError) as error:
        raise Usage(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not found:
        raise Usage(f"{path}: no {KIND} in it; name source files, or manifests with `kind: {KIND}`")
    return found


def _programs(file: str, lines: list[str], node: yaml.Node, document: dict[str, Any]) -> Iterator[Program]:
    execution = str((document.get("metadata") or {}).get("name") or "without a name")
    where = f"{file}: {KIND} {execution}"
    try:
        spec = ExecutionSpec.model_validate(document.get("spec") or {})
    except ValidationError as error:
        raise Usage(f"{where}: {told(error)}") from None
    if wrong := problem(spec):
        raise Usage(f"{where}: {wrong}")
    nodes = dict(_texts(node))
    fields = {file: field for field, file in sources(spec)}
    for program in plan(spec).programs:
        yield Program(
            spec.language,
            tuple(sources_of(spec.language, program)),
            {one.path: _place(file, lines, fields[one], nodes.get(fields[one]), one) for one in program.files},
            execution,
        )


def _texts(document: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """Where source text stands, by the name that domain.program has for the field."""
    (spec,) = _under(document, "spec")
    parts = [("spec", spec)] + [
        (f"spec.batch[{name.value}]", item) for item in _each(spec, "batch") for name in _under(item, "name")
    ]
    for where, part in parts:
        yield from ((f"{where}.code", code) for code in _under(part, "code"))
        for file in _each(part, "files"):
            for path in _under(file, "path"):
                yield from ((f"{where}.files[{path.value}]", text) for text in _under(file, "content"))


def _under(node: yaml.Node, name: str) -> list[yaml.Node]:
    return [value for key, value in node.value if key.value == name]


def _each(node: yaml.Node, name: str) -> list[yaml.Node]:
    return [item for value in _under(node, name) if isinstance(value, yaml.SequenceNode) for item in value.value]


def _place(file: str, lines: list[str], field: str, node: yaml.Node | None, source: SourceFile) -> Place:
    """In the manifest's own lines where its lines are the program's: in a block after `|`."""
    own = lines_of(content_of(source))
    if isinstance(node, yaml.ScalarNode) and node.style == "|":
        first, text = node.start_mark.line + 1, own[:-1] if own[-1] == "" else own
        deep = next((number for number, line in enumerate(text) if line.strip()), 0)
        column = len(lines[first + deep]) - len(text[deep]) if text and first + deep < len(lines) else 0
        if [line[column:] for line in lines[first : first + len(text)]] == text:
            return Place(file, own, first, column)
    return Place(file, own, field=field)
