"""Java's facts."""

import tree_sitter_java
from tree_sitter import Language, Node

from codeexec.validation.languages import java_members
from codeexec.validation.languages.grammar import Grammar, Names
from codeexec.validation.walk import MAX_SHADOWS, Walk, first_child, named_child

_READABLE = frozenset({"identifier", "field_access", "parenthesized_expression", "method_invocation"})
_CLASSES = frozenset({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"})


def _import(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    static = any(each.type == "static" for each in node.children)
    wildcard = any(each.type == "asterisk" for each in node.children)
    target = next((each for each in node.named_children if each.type in {"scoped_identifier", "identifier"}), None)
    if target is None:
        return
    name = walk.dotted(target)
    walk.bring(name, target, wildcard=wildcard)
    if wildcard:
        walk.wildcards.append(name)
    else:
        known = name.rpartition(".")[2]
        walk.alias(known, name)
        if not static:
            walk.shadow(known, 0)


def _declaration(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        _declare(walk, name)


def _class(walk: Walk, node: Node) -> None:
    """Known in all of the file's class, and at the top in all of the file."""
    name = node.child_by_field_name("name")
    if name is not None and name.start_byte not in walk.skip:
        scope = walk.scope(node.start_byte)
        _shadow(walk, name, scope[0], scope[1])


def _shadow(walk: Walk, name: Node, start: int, end: int) -> None:
    walk.skip.add(name.start_byte)
    ranges = walk.shadows[walk.read(name)]
    if len(ranges) < MAX_SHADOWS:
        ranges.append((start, end))


def _block(walk: Walk, node: Node) -> None:
    """A class in a method is known only behind its beginning."""
    for each in node.named_children:
        name = each.child_by_field_name("name") if each.type in _CLASSES else None
        if name is not None:
            _shadow(walk, name, each.start_byte, node.end_byte)


def _declare(walk: Walk, name: Node) -> str:
    """`new ProcessBuilder` is the class even where a variable has that name."""
    return walk.declare(name, certain=not walk.read(name)[:1].isupper())


def _method(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is not None:
        walk.skip.add(name.start_byte)
    if given is not None and given.type == "type_identifier":
        java_members.handed_out(walk, given)
    modifiers = first_child(node)
    if modifiers is not None and modifiers.type == "modifiers":
        for each in modifiers.children[:20]:
            if each.type == "native":
                walk.note("native-method", each)


def _variable(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is not None and name.type == "identifier":
        known = _declare(walk, name)
        java_members.typed(walk, known, node.child_by_field_name("type"))
        if given is not None and given.type in _READABLE:
            walk.alias(known, given)


def _parameter(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        java_members.typed(walk, _declare(walk, name), node.child_by_field_name("type"))


def _spread(walk: Walk, node: Node) -> None:
    """`Runtime... all`; the name is declared as a variable's."""
    given, last = named_child(node), named_child(node, node.named_child_count - 1)
    name = last.child_by_field_name("name") if last is not None else None
    if name is not None:
        java_members.typed(walk, walk.read(name), given)


def _call(walk: Walk, node: Node) -> None:
    """A method called without a receiver is one of the program's own."""
    name, owner = node.child_by_field_name("name"), node.child_by_field_name("object")
    if name is None:
        return
    method = walk.read(name)
    if owner is not None:
        java_members.called(walk, owner, name, method, node.child_by_field_name("arguments"))
    elif method not in walk.aliases and not any(each.rpartition(".")[2][:1].isupper() for each in walk.wildcards):
        walk.skip.add(name.start_byte)


def _labels(walk: Walk, node: Node) -> None:
    label = named_child(node)
    if label is not None and label.type == "identifier":
        walk.skip.add(label.start_byte)


def _annotation_pair(walk: Walk, node: Node) -> None:
    if (key := node.child_by_field_name("key")) is not None:
        walk.skip.add(key.start_byte)


def java() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_java.language()),
        handlers={
            "package_declaration": lambda walk, node: walk.leave_out(node),
            "import_declaration": _import,
            "class_declaration": _class,
            "interface_declaration": _class,
            "enum_declaration": _class,
            "record_declaration": _class,
            "annotation_type_declaration": _class,
            "block": _block,
            "constructor_body": _block,
            "switch_block_statement_group": _block,
            "spread_parameter": _spread,
            "type_parameter": _labels,
            "enum_constant": _declaration,
            "method_declaration": _method,
            "constructor_declaration": _method,
            "compact_constructor_declaration": _method,
            "formal_parameter": _parameter,
            "local_variable_declaration": java_members.variables,
            "field_declaration": java_members.variables,
            "method_reference": java_members.method_reference,
            "type_arguments": java_members.type_arguments,
            "catch_formal_parameter": _declaration,
            "resource": _variable,
            "variable_declarator": _variable,
            "enhanced_for_statement": _parameter,
            "inferred_parameters": _inferred,
            "lambda_expression": _lambda,
            "labeled_statement": _labels,
            "break_statement": _labels,
            "continue_statement": _labels,
            "element_value_pair": _annotation_pair,
            "method_invocation": _call,
        },
        branches=frozenset(
            {
                "if_statement",
                "for_statement",
                "enhanced_for_statement",
                "while_statement",
                "do_statement",
                "catch_clause",
            }
            | {"ternary_expression", "case", "&&", "||"}
        ),
        functions={
            "method_declaration": "name",
            "constructor_declaration": "name",
            "compact_constructor_declaration": "name",
            "lambda_expression": "",
        },
        scopes=frozenset(
            {"block", "class_body", "interface_body", "for_statement", "enhanced_for_statement", "catch_clause"}
            | {"try_with_resources_statement", "constructor_body"}
        ),
        comments=frozenset({"line_comment", "block_comment"}),
        strings=frozenset({"string_literal", "character_literal"}),
        contents=frozenset({"string_fragment", "multiline_string_fragment", "escape_sequence"}),
        dynamic=frozenset({"string_interpolation"}),
        names=Names(
            leads=(".", "::"),
            separators=r"::|\.",
            letters=r"A-Za-z_$\x80-\xff",
            keywords=frozenset(
                [
                    "abstract",
                    "assert",
                    "boolean",
                    "break",
                    "byte",
                    "case",
                    "catch",
                    "char",
                    "class",
                    "const",
                    "continue",
                    "default",
                    "do",
                    "double",
                    "else",
                    "enum",
                    "extends",
                    "final",
                    "finally",
                    "float",
                    "for",
                    "goto",
                    "if",
                    "implements",
                    "import",
                    "instanceof",
                    "int",
                    "interface",
                    "long",
                    "native",
                    "new",
                    "package",
                    "private",
                    "protected",
                    "public",
                    "return",
                    "short",
                    "static",
                    "strictfp",
                    "super",
                    "switch",
                    "synchronized",
                    "this",
                    "throw",
                    "throws",
                    "transient",
                    "try",
                    "void",
                    "volatile",
                    "while",
                    "true",
                    "false",
                    "null",
                    "var",
                    "yield",
                    "record",
                    "sealed",
                    "permits",
                ]
            ),
            receivers=frozenset({"this", "super"}),
            calls={
                "Class.forName": "class",
                "java.lang.Class.forName": "class",
                "java.lang.Runtime.getRuntime": "made",
            },
            classes_are_upper=True,
            implicit="java.lang",
            dynamic_kind="reflection",
        ),
    )


def _inferred(walk: Walk, node: Node) -> None:
    for each in node.named_children:
        if each.type == "identifier":
            walk.declare(each)


def _lambda(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("parameters")
    if name is not None and name.type == "identifier":
        _shadow(walk, name, node.start_byte, node.end_byte)
