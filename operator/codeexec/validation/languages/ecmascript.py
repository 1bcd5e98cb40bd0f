"""Facts of JavaScript and TypeScript: imports, declarations, patterns."""

import re

from tree_sitter import Node

from codeexec.validation.facts import Span
from codeexec.validation.languages.ecmascript_names import MAKERS
from codeexec.validation.languages.grammar import Handler
from codeexec.validation.literals import value
from codeexec.validation.walk import Walk, named_child

READABLE = frozenset(
    [
        "identifier",
        "member_expression",
        "subscript_expression",
        "call_expression",
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "sequence_expression",
        "nested_identifier",
        "type_assertion",
    ]
)


MAX_JOINED = 200
_CODE_URL = re.compile(r"[\"'`]\s*data:\s*\w+/[\w.+-]*(?:script|wasm|node)", re.IGNORECASE)
"""What a worker or an import takes for code."""


_PRAGMA = re.compile(r"@jsx(?:Frag|ImportSource|Runtime)?\b")


def module_of(walk: Walk, node: Node | None) -> str | None:
    literal = value(walk.read(node)) if node is not None else None
    return None if literal is None else literal.removeprefix("node:")


def _import(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    source = node.child_by_field_name("source")
    clause = next(
        (each for each in node.named_children if each.type in {"import_clause", "import_require_clause"}), None
    )
    if source is None and clause is not None:
        source = clause.child_by_field_name("source")
    module = module_of(walk, source)
    if source is None or module is None:
        return
    walk.bring(module, source)
    walk.modules.add(module)
    for each in clause.named_children if clause is not None else ():
        if each.type == "identifier":
            walk.module(walk.declare(each), module)
        elif each.type == "namespace_import" and (name := named_child(each)) is not None:
            walk.module(walk.declare(name), module)
        elif each.type == "named_imports":
            for specifier in each.named_children:
                _specifier(walk, specifier, module)


def _specifier(walk: Walk, node: Node, module: str) -> None:
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is None:
        return
    imported = (value(walk.read(name)) or "") if name.type == "string" else walk.read(name)
    known = walk.declare(alias or name)
    walk.tell(f"{module}.{imported}", name)
    walk.alias(known, module if imported == "default" else f"{module}.{imported}")
    if imported == "default":
        walk.modules.add(module)


def _export(walk: Walk, node: Node) -> None:
    source = node.child_by_field_name("source")
    module = module_of(walk, source)
    if source is not None and module is not None:
        walk.bring(module, source, wildcard=not any(each.type == "export_clause" for each in node.named_children))
        walk.leave_out(node)
    else:
        for clause in node.named_children[:5]:
            for each in clause.named_children if clause.type == "export_clause" else ():
                if (alias := each.child_by_field_name("alias")) is not None:
                    walk.skip.add(alias.start_byte)


def _declarator(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    readable = given is not None and given.type in READABLE
    if name.type == "identifier":
        known = walk.declare(name)
        if given is not None and _says(walk, given) in MAKERS:
            walk.note("dynamic-code", given)
        if readable and given is not None:
            walk.alias(known, given)
    elif readable and given is not None:
        _pattern(walk, name, given)


def _pattern(walk: Walk, pattern: Node, given: Node) -> None:
    """`{a, b: c, "d": e}`: names for members of an expression; what is nested deeper is left to rules about members."""
    for each in pattern.named_children if pattern.type == "object_pattern" else ():
        part = each
        if part.type == "object_assignment_pattern":
            part = part.child_by_field_name("left") or part
        if part.type == "shorthand_property_identifier_pattern":
            walk.member_alias(walk.read(part), given, walk.read(part))
        elif part.type == "pair_pattern":
            _pair(walk, part, given)
        elif part.type == "rest_pattern" and (rest := named_child(part)) is not None:
            walk.alias(walk.read(rest), given)


def _pair(walk: Walk, pair: Node, given: Node) -> None:
    key, target = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    if key is None or target is None:
        return
    if target.type == "assignment_pattern":
        target = target.child_by_field_name("left") or target
    said = named_child(key) if key.type == "computed_property_name" else key
    name = value(walk.read(said)) if said is not None and said.type == "string" else None
    if name is None and key.type == "computed_property_name":
        walk.computed.append((given.start_byte, given.end_byte, key.start_byte))
    elif target.type == "identifier":
        walk.skip.add(target.start_byte)
        walk.member_alias(walk.read(target), given, name or walk.read(key))


def _assignment(walk: Walk, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and left.type == "member_expression" and (member := left.child_by_field_name("property")):
        _option(walk, member, right)
        walk.given.add(walk.read(member))
    for _ in range(8):
        if right is None or right.type != "assignment_expression":
            break
        right = right.child_by_field_name("right")
    if left is None or right is None or right.type not in READABLE:
        return
    if left.type == "identifier":
        walk.alias(walk.read(left), right)
    else:
        _pattern(walk, left, right)


def _declaration(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("name")) is not None:
        walk.declare(name)


def _ambient(walk: Walk, node: Node) -> None:
    """Says of what there is anyway what type it has."""
    if (name := node.child_by_field_name("name")) is not None:
        walk.declare(name, certain=False)


def _parameters(walk: Walk, node: Node) -> None:
    for each in node.named_children:
        if each.type == "identifier":
            walk.declare(each)


def _parameter(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("pattern")) is not None and name.type == "identifier":
        walk.declare(name)


def _arrow(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("parameter")) is not None:
        walk.skip.add(name.start_byte)
        walk.shadows[walk.read(name)].append((node.start_byte, node.end_byte))


def _default(walk: Walk, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or left.type != "identifier":
        return
    walk.skip.add(left.start_byte)
    if right is not None and right.type in READABLE:
        walk.alias(walk.read(left), right)


def _skip(walk: Walk, node: Node) -> None:
    walk.skip.add(node.start_byte)


def _shorthand_pattern(walk: Walk, node: Node) -> None:
    if walk.declare(node) in MAKERS:
        walk.note("dynamic-code", node)


def _pair_pattern(walk: Walk, node: Node) -> None:
    """`{constructor: F} = () => {}`."""
    key = node.child_by_field_name("key")
    said = named_child(key) if key is not None and key.type == "computed_property_name" else key
    if said is not None and (_says(walk, said) or walk.read(said)) in MAKERS:
        walk.note("dynamic-code", said)


def _says(walk: Walk, node: Node) -> str | None:
    """What a literal says, with or without a cast, in one piece or joined."""
    for _ in range(8):
        if node.type in {"as_expression", "satisfies_expression", "parenthesized_expression"}:
            node = named_child(node) or node
    if node.type == "binary_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or node.end_byte - node.start_byte > MAX_JOINED:
            return None
        return f"{_says(walk, left) or ''}{_says(walk, right) or ''}"
    return value(walk.read(node)) if node.type in {"string", "template_string"} else None


def _of_this(walk: Walk, node: Node) -> None:
    """`this.eval` of a function that is no method: there `this` is the global object."""
    owner = node.child_by_field_name("object")
    key = node.child_by_field_name("property") or node.child_by_field_name("index")
    if owner is None or owner.type != "this" or key is None:
        return
    name = walk.read(key) if key.type == "property_identifier" else _says(walk, key)
    if name and not (walk.bodies and node.start_byte < walk.bodies[-1].end):
        walk.loose.append((name, Span(key.start_byte, key.end_byte)))


def _body(walk: Walk, node: Node) -> None:
    if not walk.bodies or node.start_byte >= walk.bodies[-1].end:  # outermost ones are enough
        walk.bodies.append(Span(node.start_byte, node.end_byte))


def _pair_of(walk: Walk, node: Node) -> None:
    if (key := node.child_by_field_name("key")) is not None:
        _option(walk, key, node.child_by_field_name("value"))


def _option(walk: Walk, key: Node, given: Node | None) -> None:
    """`new Worker(text, { eval: true })`: the text is code."""
    said = named_child(key) if key.type == "computed_property_name" else key
    if said is not None and (_says(walk, said) or walk.read(said)) == "eval" and given and given.type != "false":
        walk.suspects.append(("worker_threads", "dynamic-code", Span(key.start_byte, key.end_byte)))


def _with(walk: Walk, node: Node) -> None:
    if (given := node.child_by_field_name("object")) is not None:
        walk.opened.append(Span(given.start_byte, given.end_byte))


def static(walk: Walk, node: Node) -> None:
    if node.type == "class_static_block" or any(each.type == "static" for each in node.children[:4]):
        walk.static.append(Span(node.start_byte, node.end_byte))


def _pragma(walk: Walk, node: Node) -> None:
    """`/** @jsx eval */`: what markup calls."""
    if _PRAGMA.search(walk.read(node)):
        walk.note("compiler-directive", node)


def _text(walk: Walk, node: Node) -> None:
    if _CODE_URL.match(walk.read(node)):
        walk.note("dynamic-code", node)


def _catch(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("parameter")) is not None and name.type == "identifier":
        walk.declare(name, certain=False)


def _loop(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("left")) is not None and name.type == "identifier":
        walk.declare(name, certain=False)


HANDLERS: dict[str, Handler] = {
    "import_statement": _import,
    "export_statement": _export,
    "variable_declarator": _declarator,
    "assignment_expression": _assignment,
    "pair_pattern": _pair_pattern,
    "pair": _pair_of,
    "with_statement": _with,
    "method_definition": static,
    "class_static_block": static,
    "member_expression": _of_this,
    "subscript_expression": _of_this,
    "class_body": _body,
    "object": _body,
    "string": _text,
    "comment": _pragma,
    "template_string": _text,
    "function_declaration": _declaration,
    "generator_function_declaration": _declaration,
    "class_declaration": _declaration,
    "function_expression": _declaration,
    "formal_parameters": _parameters,
    "arrow_function": _arrow,
    "assignment_pattern": _default,
    "property_identifier": _skip,
    "statement_identifier": _skip,
    "shorthand_property_identifier_pattern": _shorthand_pattern,
    "catch_clause": _catch,
    "for_in_statement": _loop,
}
TYPED_HANDLERS: dict[str, Handler] = {
    "type_identifier": _skip,
    "required_parameter": _parameter,
    "optional_parameter": _parameter,
    "function_signature": _ambient,
    "interface_declaration": _ambient,
    "type_alias_declaration": _ambient,
    "type_parameter": _ambient,
    "enum_declaration": _declaration,
    "abstract_class_declaration": _declaration,
}
