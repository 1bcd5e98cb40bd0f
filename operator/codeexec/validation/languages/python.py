"""Python's facts."""

import re

import tree_sitter_python
from tree_sitter import Language, Node

from codeexec.validation.languages.grammar import Grammar, Names
from codeexec.validation.walk import Walk, first_child, named_child

_FIELD = re.compile(r"\{[^{}]*__[^{}]*\}")
_DUNDER = re.compile(r"[.\[](__\w+__)", re.ASCII)
NESTED = frozenset(
    {
        *("os", "sys", "subprocess", "socket", "builtins", "importlib", "ctypes", "shutil", "marshal", "pickle"),
        *("_os", "_sys", "_subprocess", "_socket", "posix", "_shutil", "_pickle", "_importlib"),
    }
)
"""Modules that other modules import by these names and so have as members."""
_NAMESAKES = frozenset({"asyncio.subprocess"})


def _import(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    for each in node.named_children:
        if each.type == "aliased_import":
            name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
            if name is not None and alias is not None:
                module = walk.dotted(name)
                walk.bring(module, name)
                walk.module(walk.declare(alias), module)
        elif each.type == "dotted_name":
            module = walk.dotted(each)
            walk.bring(module, each)
            root = module.partition(".")[0]
            walk.module(root, root)
            walk.modules.add(module)
            walk.shadow(root, node.start_byte)


def _import_from(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    source = node.child_by_field_name("module_name")
    if source is None:
        return
    module = walk.dotted(source)
    for each in node.named_children:
        if each.type == "wildcard_import":
            walk.bring(module, source, wildcard=True)
            walk.wildcards.append(module)
            continue
        if each.start_byte == source.start_byte:
            continue
        renamed = each.type == "aliased_import"
        name = each.child_by_field_name("name") if renamed else each
        alias = each.child_by_field_name("alias") if renamed else each
        if name is None or alias is None or name.type != "dotted_name":
            continue
        full = f"{module}{'' if module.endswith('.') else '.'}{walk.dotted(name)}"
        walk.bring(full, name)
        walk.tell(full, name)
        if not full.startswith("."):  # what the program's own files bring along is found in them
            inner = full.rpartition(".")[2].strip("_")
            if inner in NESTED and full not in _NAMESAKES:
                walk.bring(inner, name)
                walk.module(walk.read(alias), inner)
            elif full.rpartition(".")[2][:1].islower():
                walk.module(walk.read(alias), full)
            else:
                walk.alias(walk.read(alias), full)
        if _unconditional(walk):
            walk.shadow(walk.read(alias), node.start_byte)


def _unconditional(walk: Walk) -> bool:
    """Whether a name bound here means the same to all code of its scope after it: at the top, or local to a
    function."""
    return walk.depth <= 2 or len(walk.scopes) > 1


def _definition(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        walk.declare(name, certain=_unconditional(walk))


def _assignment(walk: Walk, node: Node) -> None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None:
        return
    for _ in range(8):
        if right is None or right.type != "assignment":
            break
        right = right.child_by_field_name("right")
    _bind(walk, left, right)


def _bind(walk: Walk, left: Node, right: Node | None) -> None:
    if left.type == "identifier":
        name = walk.declare(left, certain=_unconditional(walk))
        if right is not None and right.type in _READABLE:
            walk.alias(name, right)
            if not walk.scope(left.start_byte)[2]:  # a class's
                walk.shown.add(right.start_byte)
    elif left.type in {"pattern_list", "tuple_pattern", "list_pattern"}:
        inside = [each for each in left.named_children if each.type == "identifier"]
        values = (
            right.named_children if right is not None and right.type in {"expression_list", "tuple", "list"} else []
        )
        for index, each in enumerate(inside):
            value = values[index] if len(values) == len(left.named_children) and index < len(values) else None
            _bind(walk, each, value)


_READABLE = frozenset(
    {"identifier", "attribute", "subscript", "call", "parenthesized_expression", "await", "named_expression"}
)


def _named_expression(walk: Walk, node: Node) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is not None and value is not None and value.type in _READABLE:
        walk.skip.add(name.start_byte)
        walk.alias(walk.read(name), value)


def _keyword(walk: Walk, node: Node) -> None:
    name = node.child_by_field_name("name")
    if name is not None:
        walk.skip.add(name.start_byte)


def _keyword_pattern(walk: Walk, node: Node) -> None:
    if (first := first_child(node)) is not None:
        walk.skip.add(first.start_byte)
        walk.tell(f".{walk.read(first)}", first)


def _parameters(walk: Walk, node: Node) -> None:
    for each in node.named_children:
        if each.type == "identifier":
            walk.declare(each)


def _parameter_with_default(walk: Walk, node: Node) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is not None and name.type == "identifier":
        walk.declare(name)
        if value is not None and value.type in _READABLE:
            walk.alias(walk.read(name), value)


def _typed_parameter(walk: Walk, node: Node) -> None:
    first = first_child(node)
    if first is not None and first.type == "identifier":
        walk.declare(first)


def _splat(walk: Walk, node: Node) -> None:
    first = named_child(node)
    if first is not None and first.type == "identifier":
        walk.skip.add(first.start_byte)


def _format(walk: Walk, node: Node) -> None:
    """`"{0.__globals__}".format(f)`: the members that a format names."""
    for field in _FIELD.finditer(walk.read(node)):
        for member in _DUNDER.findall(field[0]):
            walk.tell(f".{member}", node)


def _revive(walk: Walk, node: Node) -> None:
    for each in node.named_children:
        names = each.named_children if each.type == "expression_list" else [each]
        walk.revived.update(walk.read(name) for name in names if name.type == "identifier")
        if node.type == "global_statement":
            walk.skip.update(name.start_byte for name in names)


def _loop(walk: Walk, node: Node) -> None:
    left = node.child_by_field_name("left")
    if left is not None and left.type == "identifier":
        walk.skip.add(left.start_byte)


def python() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_python.language()),
        handlers={
            "import_statement": _import,
            "import_from_statement": _import_from,
            "future_import_statement": lambda walk, node: walk.leave_out(node),
            "function_definition": _definition,
            "class_definition": _definition,
            "assignment": _assignment,
            "named_expression": _named_expression,
            "string": _format,
            "keyword_argument": _keyword,
            "keyword_pattern": _keyword_pattern,
            "parameters": _parameters,
            "lambda_parameters": _parameters,
            "default_parameter": _parameter_with_default,
            "typed_default_parameter": _parameter_with_default,
            "typed_parameter": _typed_parameter,
            "list_splat_pattern": _splat,
            "dictionary_splat_pattern": _splat,
            "global_statement": _revive,
            "nonlocal_statement": _revive,
            "delete_statement": _revive,
            "for_statement": _loop,
            "for_in_clause": _loop,
            "as_pattern_target": _splat,
        },
        branches=frozenset({"if", "elif", "for", "while", "except", "and", "or", "case"}),
        functions={"function_definition": "name", "lambda": ""},
        scopes=frozenset(),
        opaque=frozenset({"class_definition"}),
        strings=frozenset({"string"}),
        contents=frozenset({"string_content", "escape_interpolation"}),
        dynamic=frozenset({"interpolation"}),
        names=Names(
            keywords=frozenset(
                [
                    "False",
                    "None",
                    "True",
                    "and",
                    "as",
                    "assert",
                    "async",
                    "await",
                    "break",
                    "class",
                    "continue",
                    "def",
                    "del",
                    "elif",
                    "else",
                    "except",
                    "finally",
                    "for",
                    "from",
                    "global",
                    "if",
                    "import",
                    "in",
                    "is",
                    "lambda",
                    "nonlocal",
                    "not",
                    "or",
                    "pass",
                    "raise",
                    "return",
                    "try",
                    "while",
                    "with",
                    "yield",
                    "match",
                    "case",
                ]
            ),
            receivers=frozenset({"self", "cls"}),
            global_objects=frozenset({"builtins", "__builtins__", "__builtin__"}),
            objects=frozenset({"sys.modules"}),
            calls={
                "__import__": "import",
                "importlib.import_module": "import",
                "importlib.__import__": "import",
                "import_module": "import",
                "getattr": "member",
                "vars": "same",
                "inspect.getmembers": "member",
                "inspect.getmembers_static": "member",
                "operator.methodcaller": "names",
                "operator.attrgetter": "names",
                "timeit.timeit": "text",
                "timeit.repeat": "text",
                "timeit.Timer": "text",
                "globals": "globals",
                "locals": "globals",
            },
            marks={
                "eval": "dynamic-code",
                "exec": "dynamic-code",
                "compile": "dynamic-code",
                "execfile": "dynamic-code",
            },
            module_tables=frozenset({"sys.modules"}),
            transparent=frozenset({"__dict__"}),
            getters=frozenset({"get", "pop", "setdefault", "__getitem__", "__getattribute__"}),
            nested=NESTED,
            modules_have_keys=False,
            forwards=frozenset({"__call__"}),
            subscripts=True,
        ),
    )
