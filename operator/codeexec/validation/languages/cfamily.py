"""Facts of C and C++: the preprocessor, declarators, attributes, casts."""

import posixpath
import re

from tree_sitter import Node

from codeexec.validation.facts import Span
from codeexec.validation.languages.grammar import Handler
from codeexec.validation.walk import Walk, named_child

_INCLUDED = re.compile(rb'(?:[ \t]|/\*.{0,400}?\*/)*(<[^>\n]*>|"[^"\n]*")?', re.DOTALL)
_IN_MACRO = re.compile(
    rb'"(?:[^"\\\n]|\\.){0,200}"|\'(?:[^\'\\\n]|\\.){1,8}\'|/\*.{0,300}?\*/|//[^\n]*|(?P<paste>##|%:%:)(?!\s*__VA_ARGS__)'
    rb"|(?P<section>\b_{0,2}(?:constructor|destructor|section|naked|ifunc|weakref)_{0,2}\b)",
    re.DOTALL,
)
_SECTIONS = frozenset({"section", "constructor", "destructor", "naked", "ifunc", "alias", "weakref", "init_priority"})
_DIRECTIVES = frozenset({"weak", "redefine_extname", "extern_prefix", "init", "fini", "init_seg", "comment"})
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
_HEADERS = re.compile(r"/usr/(?:local/)?include/|/usr/lib/gcc/|/usr/local/lib/codeexec/")
_INCLUDES = frozenset({"import", "include_next", "include"})
_FOLDERS = frozenset({"dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "srv", "tmp", "usr", "var"})
_NO_FUNCTION = frozenset({"0", "NULL", "nullptr"})
MAX_NESTING = 32
"""Of declarators around a name."""


def header(path: str) -> str:
    """`./sys/../unistd.h` and `/usr/include/unistd.h` are `unistd.h`."""
    plain = posixpath.normpath(path.strip().replace("\\", "/")) if path.strip() else ""
    while plain.startswith("../"):
        plain = plain[3:]
    plain = re.sub(r"^.*(?:^|/)include/", "", plain)
    return re.sub(r"^/*(?:[a-z0-9_]+-linux-[a-z]+/)?(?:c\+\+/[0-9.]+/(?:[a-z0-9_]+-linux-[a-z]+/)?)?", "", plain)


def is_outside(path: str) -> bool:
    """Whether a file is neither the program's own nor one of the compiler's headers."""
    plain = posixpath.normpath(path.strip().replace("\\", "/")) if path.strip() else ""
    if plain.startswith("/"):
        return _HEADERS.match("/" + plain.lstrip("/")) is None
    inner = plain.removeprefix("../")
    while inner.startswith("../"):
        inner = inner[3:]
    return inner != plain and inner.partition("/")[0] in _FOLDERS and "/include/" not in inner


def bring(walk: Walk, path: str, at: Span) -> None:
    if is_outside(path):
        walk.note("computed-include", at)
    walk.imported(header(path), at)


def include(walk: Walk, node: Node) -> None:
    walk.leave_out(node)


def include_token(walk: Walk, node: Node) -> None:
    """Wherever it stands: in the middle of an expression the grammar makes no directive of it."""
    found = _INCLUDED.match(walk.text, node.end_byte)
    if found is not None and found[1]:
        bring(walk, found[1][1:-1].decode("utf-8", "replace"), Span(*found.span(1)))
    else:
        walk.note("computed-include", node)


def directive(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("directive")
    if name is not None and walk.read(name).lstrip("# \t") in _INCLUDES:
        walk.leave_out(node)


def directive_token(walk: Walk, node: Node) -> None:
    """`#import`, `#include_next`, `#embed`, `#pragma`: what the grammar has no node for, wherever it stands."""
    word = walk.read(node).lstrip("# \t")
    if word in _INCLUDES:
        include_token(walk, node)
    elif word == "embed":
        found = _INCLUDED.match(walk.text, node.end_byte)
        if found is None or not found[1] or is_outside(found[1][1:-1].decode("utf-8", "replace")):
            walk.note("computed-include", node)
    elif word == "pragma":
        words = walk.text[node.end_byte : node.end_byte + 100].decode("utf-8", "replace").split(maxsplit=1)
        if words and re.split(r"\W", words[0])[0] in _DIRECTIVES:
            walk.note("compiler-directive", node)


def define(walk: Walk, node: Node) -> None:
    name, given = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None:
        return
    walk.skip.add(name.start_byte)
    if given is not None and given.end_byte - given.start_byte < 200:
        walk.alias(walk.read(name), given)


def macro_text(walk: Walk, node: Node) -> None:
    """The grammar does not look into a macro's text; literals and comments are found by their quotes."""
    text, base = walk.text, node.start_byte
    for match in _IN_MACRO.finditer(text, base, node.end_byte):
        span = Span(match.start(), match.end())
        if match["paste"]:
            walk.note("token-paste", span)
        elif match["section"]:
            walk.note("code-section", span)
        elif text[span.start] == 47:  # a comment
            walk.blanks.append(span)
        else:
            walk.blanks.append(Span(span.start + 1, span.end - 1))


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
    for each in node.children_by_field_name("declarator")[:200]:
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
            walk.skip.update(inner.start_byte for inner in name.named_children[:50])
        else:
            walk.skip.add(name.start_byte)


def field(walk: Walk, node: Node) -> None:
    for each in node.children_by_field_name("declarator")[:200]:
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
    for each in listed.named_children[:100] if listed is not None else ():
        name, *_ = _name_of(each.child_by_field_name("declarator"))
        if name is not None and name.type == "identifier":
            walk.shadow_in(walk.read(name), node)


def parameter(walk: Walk, node: Node) -> None:
    name, *_ = _name_of(node.child_by_field_name("declarator"))
    if name is not None and name.type == "identifier":
        walk.skip.add(name.start_byte)


def type_definition(walk: Walk, node: Node) -> None:
    given = node.child_by_field_name("type")
    for each in node.children_by_field_name("declarator")[:50]:
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
    "preproc_include": include,
    "#include": include_token,
    "preproc_call": directive,
    "preproc_directive": directive_token,
    "preproc_def": define,
    "preproc_function_def": define,
    "preproc_arg": macro_text,
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
