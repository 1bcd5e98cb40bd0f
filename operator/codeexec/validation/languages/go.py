"""Go's facts."""

import re

import tree_sitter_go
from tree_sitter import Language, Node

from codeexec.validation.facts import Span
from codeexec.validation.languages.grammar import Grammar, Names
from codeexec.validation.literals import value
from codeexec.validation.walk import Walk, named_child

_VERSION = re.compile(r"v\d+")
_DIRECTIVE = re.compile(rb"//(?:go:(?!(?:build|fix|noinline)\b)[a-z]|export |line )|/\*line ")
_CGO = re.compile(rb"#cgo\b")
_READABLE = frozenset({"identifier", "selector_expression", "parenthesized_expression", "unary_expression"})


def _import(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    path, name = node.child_by_field_name("path"), node.child_by_field_name("name")
    module = value(walk.read(path), raw_quotes="`") if path is not None else None
    if path is None or module is None:
        return
    module = module.replace("\n", "")  # what a carriage return in a raw string has become; Go drops it
    known = walk.read(name) if name is not None else _default_name(module)
    walk.bring(module, path, wildcard=known == ".")
    if module == "C":
        walk.note("cgo", node)
    if known == ".":
        walk.wildcards.append(module)
    elif known != "_":
        walk.module(known, module)
        walk.shadow(known, 0)


def _default_name(path: str) -> str:
    parts = path.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1]
    return re.sub(r"\.v\d+$", "", last).removeprefix("go-").rpartition("-")[2]


def _comment(walk: Walk, node: Node) -> None:
    begin = walk.text[node.start_byte : node.start_byte + 200]
    if _DIRECTIVE.match(begin):
        walk.note("compiler-directive", node)
    elif _CGO.search(begin):
        walk.note("cgo", node)


def _function(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None:
        return
    if name.type == "identifier":
        walk.declare(name)
    else:
        walk.skip.add(name.start_byte)
    if node.child_by_field_name("body") is None:
        walk.note("bodyless-function", Span(node.start_byte, name.end_byte))


def _names(walk: Walk, node: Node) -> None:
    for name in node.children_by_field_name("name"):
        walk.declare(name)


def _spec(walk: Walk, node: Node) -> None:
    names = node.children_by_field_name("name")
    _bind(walk, names, node.child_by_field_name("value"))


def _short(walk: Walk, node: Node) -> None:
    left = node.child_by_field_name("left")
    if left is not None:
        _bind(walk, left.named_children, node.child_by_field_name("right"))


def _bind(walk: Walk, names: list[Node], given: Node | None) -> None:
    values = given.named_children if given is not None and given.type == "expression_list" else []
    for index, name in enumerate(names):
        if name.type == "identifier":
            known = walk.declare(name)
            if len(values) == len(names) and values[index].type in _READABLE:
                walk.alias(known, values[index])


def _assignment(walk: Walk, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.named_child_count != right.named_child_count:
        return
    for name, given in zip(left.named_children, right.named_children, strict=False):
        if name.type == "identifier" and given.type in _READABLE:
            walk.alias(walk.read(name), given)


def _range(walk: Walk, node: Node) -> None:
    left = node.child_by_field_name("left")
    for name in left.named_children if left is not None else ():
        if name.type == "identifier":
            walk.declare(name)


def _type(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is not None:
        known = walk.declare(name)
        if given is not None and given.type == "qualified_type":
            walk.alias(known, given)


def _skip(walk: Walk, node: Node) -> None:
    walk.skip.add(node.start_byte)


def _key(walk: Walk, node: Node) -> None:
    """A field in `T{field: 1}`; a key of a map would be an expression, which a single name rarely is."""
    key = node.child_by_field_name("key")
    inside = named_child(key) if key is not None else None
    if inside is not None and inside.type == "identifier":
        walk.skip.add(inside.start_byte)


def go() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_go.language()),
        handlers={
            "import_spec": _import,
            "comment": _comment,
            "function_declaration": _function,
            "method_declaration": _function,
            "parameter_declaration": _names,
            "variadic_parameter_declaration": _names,
            "var_spec": _spec,
            "const_spec": _spec,
            "short_var_declaration": _short,
            "assignment_statement": _assignment,
            "range_clause": _range,
            "type_spec": _type,
            "type_alias": _type,
            "label_name": _skip,
            "package_clause": lambda walk, node: walk.leave_out(node),
            "field_identifier": _skip,
            "keyed_element": _key,
        },
        branches=frozenset(
            {"if_statement", "for_statement", "expression_case", "type_case", "communication_case", "&&", "||"}
        ),
        functions={"function_declaration": "name", "method_declaration": "name", "func_literal": ""},
        scopes=frozenset(
            {"block", "if_statement", "for_statement", "expression_case", "type_case", "communication_case"}
        ),
        strings=frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"}),
        contents=frozenset({"interpreted_string_literal_content", "raw_string_literal_content", "escape_sequence"}),
        names=Names(
            keywords=frozenset(
                [
                    "break",
                    "case",
                    "chan",
                    "const",
                    "continue",
                    "default",
                    "defer",
                    "else",
                    "fallthrough",
                    "for",
                    "func",
                    "go",
                    "goto",
                    "if",
                    "import",
                    "interface",
                    "map",
                    "package",
                    "range",
                    "return",
                    "select",
                    "struct",
                    "switch",
                    "type",
                    "var",
                    "nil",
                    "true",
                    "false",
                    "iota",
                    "_",
                ]
            ),
            receivers=frozenset(),
        ),
    )
