"""Rust's facts. Macro arguments are not parsed by the grammar: what is said there is found among their tokens."""

import re

import tree_sitter_rust
from tree_sitter import Language, Node

from codeexec.validation.facts import Span
from codeexec.validation.languages import rust_uses
from codeexec.validation.languages.grammar import Grammar, Names
from codeexec.validation.literals import value
from codeexec.validation.walk import Walk, named_child

_READABLE = frozenset({"identifier", "scoped_identifier", "reference_expression", "parenthesized_expression"})
_FFI_ATTRIBUTES = frozenset({"link", "link_name", "no_mangle", "export_name", "used"})
_SECTIONS = frozenset({"link_section", "ctor"})
_ASM = frozenset({"asm", "global_asm", "naked_asm", "llvm_asm"})
_INCLUDES = frozenset({"include", "include_str", "include_bytes"})
_ARGUMENT = re.compile(rb"\s*[(\[{]\s*(r?#{0,8}\"[^\"]{0,300}\"#{0,8})\s*,?\s*[)\]}]")
_COMMENTS = frozenset({"line_comment", "block_comment"})
_LED = frozenset({"std", "core", "process", "net", "os", "mem", "arch"})
"""Before what a macro fills in: modules some of whose members are not for everyone."""
_LITERAL = re.compile(r"\br(#*)\".*?\"\1|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
MAX_ATTRIBUTE = 4_000
_PATH_ATTRIBUTE = re.compile(r"\bpath\s*=\s*(r?#{0,8}\"[^\"]{0,300}\"#{0,8})")
_IN_MACROS = frozenset({"no_mangle", "export_name", "link_name"})


def _declaration(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        walk.declare(name)


def _function(walk: Walk, node: Node) -> None:
    _declaration(walk, node)
    modifiers = next((each for each in node.children[:8] if each.type == "function_modifiers"), None)
    for each in modifiers.children[:8] if modifiers is not None else ():
        if each.type == "unsafe":
            walk.note("unsafe", each)
        elif each.type == "extern_modifier":
            walk.note("ffi", each)


def _type(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("type")
    if name is not None:
        known = walk.declare(name)
        if given is not None and given.type in {"scoped_type_identifier", "type_identifier"}:
            walk.alias(known, given)
        elif given is not None and given.type == "function_type":
            walk.pointers.add(known)


def _let(walk: Walk, node: Node) -> None:
    pattern, given = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    if pattern is not None and pattern.type == "identifier":
        known = walk.declare(pattern)
        if given is not None and given.type in _READABLE:
            walk.alias(known, given)


def _parameter(walk: Walk, node: Node) -> None:
    pattern = node.child_by_field_name("pattern")
    if pattern is not None and pattern.type == "identifier":
        walk.declare(pattern)


def _module(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        walk.skip.add(name.start_byte)


def _foreign(walk: Walk, node: Node) -> None:
    walk.note("ffi", Span(node.start_byte, min(node.end_byte, node.start_byte + 20)))


def _unsafe(walk: Walk, node: Node) -> None:
    """The keyword, wherever: a block, a function, an impl, in a macro."""
    walk.note("unsafe", node)


def _attribute(walk: Walk, node: Node) -> None:
    text = walk.text[node.start_byte : min(node.end_byte, node.start_byte + MAX_ATTRIBUTE)].decode("utf-8", "replace")
    walk.overflow = walk.overflow or node.end_byte - node.start_byte > MAX_ATTRIBUTE
    words = set(re.findall(r"\w+", _LITERAL.sub("", text)))
    here = Span(node.start_byte, node.end_byte)
    if words & _SECTIONS:
        walk.note("code-section", here)
    elif words & _FFI_ATTRIBUTES:
        walk.note("ffi", here)
    elif "feature" in words:
        walk.note("compiler-directive", here)
    elif "path" in words:
        file = _PATH_ATTRIBUTE.search(text)
        name = value(file[1]) if file is not None else None
        if name is None or _is_outside(name):
            walk.note("computed-include", here)
        else:
            walk.bring(name, node)

    first = named_child(node)
    if first is not None:
        walk.skip.add(first.start_byte)


def _is_outside(file: str) -> bool:
    return file.startswith("/") or ".." in file.split("/")


def _macro_definition(walk: Walk, node: Node) -> None:
    """A macro of the program stands before its uses; that of the library then goes by its path or an import."""
    _module(walk, node)
    name = node.child_by_field_name("name")
    if name is not None:
        walk.defined.add(walk.read(name))


def _macro(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("macro")
    if name is None:
        return
    _called(walk, name, walk.dotted(name))


def _called(walk: Walk, name: Node, path: str) -> None:
    """`include!` brings code, `include_str!` and `include_bytes!` data. A path is not plain that leads out of the
    program's folder or that other macros make."""
    if path in walk.defined:
        return
    macro = path.rpartition("::")[2].strip().removeprefix("r#")
    if macro in _ASM:
        walk.note("inline-asm", name)
    elif macro in _INCLUDES:
        at = walk.text.find(b"!", name.end_byte, name.end_byte + 20) + 1
        argument = _ARGUMENT.match(walk.text, at) if at else None
        file = value(argument[1].decode("latin-1")) if argument is not None else None
        if file is None or _is_outside(file):
            walk.note("computed-include", name)
        elif macro == "include":
            walk.bring(file, name)


def _cast(walk: Walk, node: Node) -> None:
    """`*const fn()`: data taken for the address of code. References to functions are no such thing."""
    if any(_is_function(walk, each) for each in node.named_children[:4]):
        walk.note("function-pointer-cast", node)


def _union(walk: Walk, node: Node) -> None:
    _declaration(walk, node)
    body = node.child_by_field_name("body")
    for field in body.named_children if body is not None else ():
        given = field.child_by_field_name("type") if field.type == "field_declaration" else None
        if given is not None and _is_function(walk, given):
            walk.note("function-pointer-cast", field)


def _is_function(walk: Walk, node: Node) -> bool:
    return node.type == "function_type" or (node.type == "type_identifier" and walk.read(node) in walk.pointers)


def _skip(walk: Walk, node: Node) -> None:
    walk.skip.add(node.start_byte)


def _logical(walk: Walk, node: Node) -> None:
    operator = node.child_by_field_name("operator")
    if operator is not None and operator.type in {"&&", "||"}:
        walk.branch(node)


def rust() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_rust.language()),
        handlers={
            "use_declaration": rust_uses.use,
            "extern_crate_declaration": rust_uses.extern_crate,
            "function_item": _function,
            "function_signature_item": _function,
            "struct_item": _declaration,
            "enum_item": _declaration,
            "union_item": _union,
            "pointer_type": _cast,
            "trait_item": _declaration,
            "enum_variant": _module,
            "const_item": _declaration,
            "static_item": _declaration,
            "macro_definition": _macro_definition,
            "type_item": _type,
            "type_parameter": _module,
            "mod_item": _module,
            "let_declaration": _let,
            "parameter": _parameter,
            "foreign_mod_item": _foreign,
            "unsafe": _unsafe,
            "attribute": _attribute,
            "macro_invocation": _macro,
            "field_identifier": _skip,
            "closure_parameters": _closure,
            "lifetime": _lifetime,
            "token_tree": _tokens,
            "binary_expression": _logical,
        },
        branches=frozenset({"if_expression", "while_expression", "for_expression", "match_arm", "try_expression"}),
        functions={"function_item": "name", "closure_expression": ""},
        scopes=frozenset({"block", "declaration_list"}),
        comments=_COMMENTS,
        strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
        contents=frozenset({"string_content", "escape_sequence"}),
        names=Names(
            leads=(".", "::"),
            separators=r"::|\.(?!\.)",
            keywords=frozenset(
                [
                    "as",
                    "async",
                    "await",
                    "break",
                    "const",
                    "continue",
                    "crate",
                    "dyn",
                    "else",
                    "enum",
                    "extern",
                    "false",
                    "fn",
                    "for",
                    "if",
                    "impl",
                    "in",
                    "let",
                    "loop",
                    "match",
                    "mod",
                    "move",
                    "mut",
                    "pub",
                    "ref",
                    "return",
                    "self",
                    "Self",
                    "static",
                    "struct",
                    "super",
                    "trait",
                    "true",
                    "type",
                    "unsafe",
                    "use",
                    "where",
                    "while",
                    "yield",
                    "_",
                ]
            ),
            raw_prefix="r#",
            relative=True,
            roots=frozenset({"std", "core", "alloc"}),
            receivers=frozenset({"self", "Self", "crate", "super"}),
        ),
    )


def _closure(walk: Walk, node: Node) -> None:
    for each in node.named_children:
        if each.type == "identifier":
            walk.declare(each)


def _lifetime(walk: Walk, node: Node) -> bool:
    name = named_child(node)
    if name is not None:
        walk.skip.add(name.start_byte)
    return True


def _tokens(walk: Walk, node: Node) -> None:
    """A macro's arguments or body: keywords, invocations and attributes are only tokens there."""
    previous: Node | None = None
    path = ""
    for each in node.children:
        if each.type in _COMMENTS:
            continue
        if each.type == "identifier":
            _word(walk, each)
        elif each.type == "use":
            rust_uses.use_tokens(walk, each)
        elif each.type == "metavariable" and path in _LED and previous is not None and previous.type == "::":
            walk.note("token-paste", each)
        elif each.type == "!" and previous is not None and previous.type == "identifier":
            _called(walk, previous, walk.read(previous))
        if each.type != "::":
            path = walk.read(each) if each.type == "identifier" else ""
        previous = each


def _word(walk: Walk, node: Node) -> None:
    word = walk.read(node)
    if word == "unsafe":
        walk.note("unsafe", node)
    elif word == "extern" or word in _IN_MACROS:
        walk.note("ffi", node)
    elif word in _SECTIONS:
        walk.note("code-section", node)
