"""Facts of C and C++: declarators, attributes, casts."""

import re

from tree_sitter import Node

from codeexec.validation.languages import preprocessor
from codeexec.validation.languages.grammar import Handler
from codeexec.validation.walk import Walk, named_child

_SECTIONS = frozenset({"section", "constructor", "destructor", "naked", "ifunc", "alias", "weakref", "init_priority"})
_DECLARATORS = frozenset(
    [
        "pointer_declarator",
        "reference_declarator",
        "array_declarator",
        "init_declarator",
        "parenthesized_declarator",
        "function_declarator",
        "attributed_declarator",
        "variadic_declarator",
    ]
)
_FUNCTION_TYPE = frozenset({"abstract_function_declarator"})
_NO_FUNCTION = frozenset({"0", "NULL", "nullptr"})
MAX_NESTING = 32
"""Of declarators around a name."""


def _name_of(node: Node | None) -> tuple[Node | None, bool, bool, bool]:
    """(name, is it a function's declarator, is it a pointer to a function, an array) of a declarator."""
    function = pointer = array = inside = False
    for _ in range(MAX_NESTING):
        if node is None or node.type not in _DECLARATORS:
            break
        if node.type == "function_declarator":
            function = True
            inside = True
        elif node.type in {"pointer_declarator", "parenthesized_declarator"} and inside:
            pointer = pointer or node.type == "pointer_declarator"
        elif node.type == "array_declarator":
            array = True
        node = node.child_by_field_name("declarator") or (named_child(node) if node.named_child_count else None)
    return node, function and not pointer, pointer, array


def declaration(walk: Walk, node: Node) -> None:
    external = any(each.type == "storage_class_specifier" and walk.read(each) == "extern" for each in node.children[:6])
    for each in node.children_by_field_name("declarator"):
        name, function, _, array = _name_of(each)
        if name is None:
            continue
        if name.type == "identifier":
            known = walk.declare(name, certain=not (function or external))
            if function:
                walk.defined.add(known)
            if known == "main" and not function and (array or each.type == "init_declarator" or len(walk.scopes) == 1):
                walk.note("code-section", name)
        elif name.type == "structured_binding_declarator":
            for inner in name.named_children:
                walk.declare(inner)
        else:
            walk.skip.add(name.start_byte)


def field(walk: Walk, node: Node) -> None:
    for each in node.children_by_field_name("declarator"):
        name, *_ = _name_of(each)
        if name is not None and name.type in {"identifier", "field_identifier"}:
            walk.declare(name)


def definition(walk: Walk, node: Node) -> None:
    name, *_ = _name_of(node.child_by_field_name("declarator"))
    if name is None:
        return
    if name.type in {"identifier", "field_identifier"}:
        walk.defined.add(walk.declare(name))
    else:
        walk.skip.add(name.start_byte)
    parameters(walk, node)


def parameters(walk: Walk, node: Node) -> None:
    """Known in the function's body only: a prototype's parameters are known nowhere."""
    inner = node.child_by_field_name("declarator")
    for _ in range(MAX_NESTING):
        listed = inner.child_by_field_name("parameters") if inner is not None else None
        if inner is None or listed is not None:
            break
        inner = inner.child_by_field_name("declarator") or named_child(inner)
    for each in listed.named_children if listed is not None else ():
        name, *_ = _name_of(each.child_by_field_name("declarator"))
        if name is not None and name.type == "identifier":
            walk.shadow_in(walk.read(name), node)


def parameter(walk: Walk, node: Node) -> None:
    name, *_ = _name_of(node.child_by_field_name("declarator"))
    if name is not None and name.type == "identifier":
        walk.skip.add(name.start_byte)


def type_definition(walk: Walk, node: Node) -> None:
    given = node.child_by_field_name("type")
    for each in node.children_by_field_name("declarator"):
        name, _, pointer, _ = _name_of(each)
        if name is None:
            continue
        known = walk.declare(name)
        if pointer or each.type == "function_declarator":
            walk.pointers.add(known)
        elif given is not None and given.type in {"qualified_identifier", "type_identifier"}:
            walk.alias(known, given)


def tagged(walk: Walk, node: Node) -> None:
    """`struct stat` is not the function of that name."""
    name = node.child_by_field_name("name")
    if name is not None:
        walk.skip.add(name.start_byte)


def enumerator(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None and name.start_byte not in walk.skip:
        walk.declare(name)


def is_function_type(walk: Walk, node: Node | None) -> bool:
    """Whether a type in a cast is one of a pointer to a function."""
    if node is None:
        return False
    stack = [node]
    for _ in range(60):
        if not stack:
            return False
        each = stack.pop()
        if each.type in _FUNCTION_TYPE:
            return True
        if each.type == "type_identifier" and walk.read(each) in walk.pointers:
            return True
        if each.type in {"__typeof__", "decltype"}:
            return True
        stack += each.named_children[:8]
    return False


def is_function(walk: Walk, value: Node | None) -> bool:
    """Whether what is cast is one already, of the program or a header, or none at all."""
    if value is None:
        return False
    for _ in range(4):
        if value.type not in {"parenthesized_expression", "pointer_expression"} or not value.named_child_count:
            break
        value = value.named_children[0]
    name = walk.read(value)
    if value.type in {"identifier", "qualified_identifier"}:
        return name in walk.defined or name not in walk.shadows
    return name in _NO_FUNCTION


def cast(walk: Walk, node: Node) -> None:
    if is_function(walk, node.child_by_field_name("value")):
        return
    if is_function_type(walk, node.child_by_field_name("type")):
        walk.note("function-pointer-cast", node)


def attribute(walk: Walk, node: Node) -> None:
    words = re.findall(r"[A-Za-z_]\w*", walk.read(node))
    if any(word.strip("_") in _SECTIONS for word in words):
        walk.note("code-section", node)
    walk.leave_out(node)


def assembler(walk: Walk, node: Node) -> None:
    walk.note("inline-asm", node)


def skip(walk: Walk, node: Node) -> None:
    walk.skip.add(node.start_byte)


def _conditional(walk: Walk, node: Node) -> None:
    if (condition := node.child_by_field_name("name")) is not None:
        walk.skip.add(condition.start_byte)


HANDLERS: dict[str, Handler] = {
    "preproc_include": preprocessor.include,
    "#include": preprocessor.include_token,
    "preproc_call": preprocessor.directive,
    "preproc_directive": preprocessor.directive_token,
    "preproc_def": preprocessor.define,
    "preproc_function_def": preprocessor.define,
    "preproc_arg": preprocessor.macro_text,
    "preproc_ifdef": _conditional,
    "declaration": declaration,
    "field_declaration": field,
    "function_definition": definition,
    "parameter_declaration": parameter,
    "type_definition": type_definition,
    "struct_specifier": tagged,
    "union_specifier": tagged,
    "enum_specifier": tagged,
    "enumerator": enumerator,
    "cast_expression": cast,
    "attribute_specifier": attribute,
    "attribute_declaration": attribute,
    "gnu_asm_expression": assembler,
    "statement_identifier": skip,
    "field_identifier": skip,
}
BRANCHES = frozenset(
    ["if_statement", "for_statement", "while_statement", "do_statement", "case", "conditional_expression", "&&", "||"]
)
OPAQUE = frozenset({"preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif"})
STRINGS = frozenset({"string_literal", "char_literal"})
CONTENTS = frozenset({"string_content", "escape_sequence", "character"})
