"""C++."""

import re

import tree_sitter_cpp
from tree_sitter import Language, Node

from codeexec.validation.facts import Span
from codeexec.validation.languages import cfamily, cfamily_words, preprocessor
from codeexec.validation.languages.grammar import Grammar, Names
from codeexec.validation.walk import Walk, named_child

_MODULE = re.compile(r"(?:export\s+)?import\s+(?:<([^>\n]*)>|\"([^\"\n]*)\"|([\w.:]+))")


def _declaration(walk: Walk, node: Node) -> None:
    """`import std;` is a declaration to the grammar."""
    module = _MODULE.match(walk.read(node))
    if module is None:
        cfamily.declaration(walk, node)
        return
    walk.leave_out(node)
    if path := module[1] or module[2]:
        preprocessor.bring(walk, path, Span(node.start_byte, node.end_byte))
    else:
        walk.bring(module[3], node)


def _using(walk: Walk, node: Node) -> None:
    """`using namespace std` and `using std::system`."""
    target = named_child(node)
    if target is None:
        return
    name = walk.dotted(target).removeprefix("::").replace("::", ".")
    if any(each.type == "namespace" for each in node.children[:3]):
        walk.wildcards.append(name)
        walk.leave_out(node)
    elif name.rpartition(".")[2] != name:
        walk.alias(name.rpartition(".")[2], name)


def _namespace_alias(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    target = named_child(node, node.named_child_count - 1)
    if name is not None and target is not None and target.start_byte != name.start_byte:
        walk.alias(walk.declare(name), walk.dotted(target).removeprefix("::").replace("::", "."))


def _alias(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is None:
        return
    known = walk.declare(name)
    if cfamily.is_function_type(walk, given):
        walk.pointers.add(known)
    elif given is not None:
        walk.alias(known, given)


def _template_function(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is None or walk.read(name) not in {"reinterpret_cast", "bit_cast"}:
        return
    if cfamily.is_function_type(walk, node.child_by_field_name("arguments")):
        walk.note("function-pointer-cast", node)


def _linkage(walk: Walk, node: Node) -> None:
    """Functions of another language that are only declared."""
    body = node.child_by_field_name("body")
    if body is None:
        return
    inside = body.named_children if body.type == "declaration_list" else [body]
    if any(each.type == "declaration" for each in inside):
        walk.note("ffi", node)


def _loop(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("declarator")
    several = name is not None and name.type == "structured_binding_declarator"
    for each in name.named_children if name is not None and several else [name]:
        if each is not None and each.type == "identifier":
            walk.skip.add(each.start_byte)
            walk.shadow_in(walk.read(each), node)


def _enumeration(walk: Walk, node: Node) -> None:
    """Those of an `enum class` have the class before them."""
    cfamily.tagged(walk, node)
    body = node.child_by_field_name("body")
    if body is not None and any(each.type in {"class", "struct"} for each in node.children[:4]):
        names = (each.child_by_field_name("name") for each in body.named_children)
        walk.skip.update(name.start_byte for name in names if name is not None)


def _namespace(walk: Walk, node: Node) -> None:
    if (name := node.child_by_field_name("name")) is not None:
        walk.skip.add(name.start_byte)


def cpp() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_cpp.language()),
        handlers={
            **cfamily.HANDLERS,
            "declaration": _declaration,
            "using_declaration": _using,
            "namespace_alias_definition": _namespace_alias,
            "alias_declaration": _alias,
            "template_function": _template_function,
            "linkage_specification": _linkage,
            "optional_parameter_declaration": cfamily.parameter,
            "for_range_loop": _loop,
            "enum_specifier": _enumeration,
            "lambda_expression": cfamily.parameters,
            "class_specifier": cfamily.tagged,
            "namespace_definition": _namespace,
        },
        branches=cfamily.BRANCHES | {"for_range_loop", "catch_clause", "and", "or"},
        functions={"function_definition": "declarator", "lambda_expression": ""},
        scopes=frozenset(
            [
                "compound_statement",
                "for_statement",
                "for_range_loop",
                "if_statement",
                "while_statement",
                "switch_statement",
                "field_declaration_list",
                "catch_clause",
            ]
        ),
        opaque=cfamily.OPAQUE | {"declaration_list"},
        strings=cfamily.STRINGS | {"raw_string_literal"},
        contents=cfamily.CONTENTS | {"raw_string_content", "raw_string_delimiter"},
        names=Names(
            leads=(".", "->", "::", ".*", "->*"),
            separators=r"->\*?|\.\*?|::",
            letters=r"A-Za-z_$\x80-\xff",
            keywords=cfamily_words.KEYWORDS
            | frozenset(
                [
                    "and",
                    "and_eq",
                    "bitand",
                    "bitor",
                    "catch",
                    "class",
                    "co_await",
                    "co_return",
                    "co_yield",
                    "compl",
                    "concept",
                    "const_cast",
                    "consteval",
                    "constinit",
                    "decltype",
                    "delete",
                    "dynamic_cast",
                    "explicit",
                    "export",
                    "final",
                    "friend",
                    "mutable",
                    "namespace",
                    "new",
                    "noexcept",
                    "not",
                    "not_eq",
                    "operator",
                    "or",
                    "or_eq",
                    "override",
                    "private",
                    "protected",
                    "public",
                    "reinterpret_cast",
                    "requires",
                    "static_cast",
                    "template",
                    "this",
                    "throw",
                    "try",
                    "typeid",
                    "typename",
                    "using",
                    "virtual",
                    "wchar_t",
                    "char8_t",
                    "char16_t",
                    "char32_t",
                    "xor",
                    "xor_eq",
                ]
            ),
            roots=frozenset({"std"}),
            relative=True,
            receivers=frozenset({"this"}),
            marks=cfamily_words.MARKS,
        ),
    )
