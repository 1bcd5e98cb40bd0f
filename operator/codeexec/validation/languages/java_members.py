"""Java's methods with ordinary names: what they are called on, or with, tells which they are."""

import re
from functools import lru_cache

from tree_sitter import Node

from codeexec.validation.walk import Walk, named_child

_RUNTIME = re.compile(rb"\bRuntime\b")
_OWN_RUNTIME = re.compile(rb"\b(?:class|record|interface|enum)\s+Runtime\b")
_TELLING = frozenset({"Runtime", "System", "Class", "ProcessBuilder", "File", "Thread", "ClassLoader", "Module"})
"""Classes of java.lang and java.io whose methods have ordinary names: a variable of one stands for the class."""
_NAMED = frozenset({"Class", "Charset", "UnicodeBlock", "UnicodeScript"})
"""Classes with a `forName` that loads no class, and the one whose `forName` the scan reads."""


@lru_cache(2)
def _speaks_of_runtime(text: bytes) -> bool:
    """Whether an `exec` in this file may be the one that starts programs. Asked at every call of one."""
    return b"getRuntime" in text or (_RUNTIME.search(text) is not None and _OWN_RUNTIME.search(text) is None)


def variables(walk: Walk, node: Node) -> None:
    """`Runtime r` of a method or class: `r.exec` is the class's."""
    given = node.child_by_field_name("type")
    for each in node.children_by_field_name("declarator") if given is not None else ():
        name = each.child_by_field_name("name")
        if name is not None:
            typed(walk, walk.read(name), given)


def typed(walk: Walk, name: str, given: Node | None) -> None:
    if given is not None and given.type in {"type_identifier", "scoped_type_identifier", "generic_type"}:
        inner = named_child(given) if given.type == "generic_type" else given
        if inner is not None and walk.dotted(inner).rpartition(".")[2] in _TELLING:
            walk.alias(name, inner)


def called(walk: Walk, owner: Node, name: Node, method: str, arguments: Node | None) -> None:
    if method == "forName":
        if walk.dotted(owner).rpartition(".")[2] not in _NAMED:
            walk.note("reflection", name)
    elif method == "newInstance":
        if not (owner.type in {"identifier", "field_access"} and walk.dotted(owner).rpartition(".")[2][:1].isupper()):
            walk.note("reflection", name)
    elif method == "exec" and _speaks_of_runtime(walk.text):
        walk.tell("java.lang.Runtime.exec", name)
    elif method == "delete" and arguments is not None and arguments.named_child_count == 0:
        walk.tell("java.io.File.delete", name)


def method_reference(walk: Walk, node: Node) -> None:
    """`Runtime::getRuntime`: what it gives cannot be followed."""
    method = node.child(node.child_count - 1)
    name = walk.read(method) if method is not None else ""
    if name == "getRuntime" or (name == "exec" and _speaks_of_runtime(walk.text)):
        walk.tell("java.lang.Runtime.exec", node)
    elif name == "forName" and walk.dotted(node).partition("::")[0].rpartition(".")[2] not in _NAMED:
        walk.note("reflection", node)


def handed_out(walk: Walk, node: Node) -> None:
    """`Supplier<Runtime>`, `Runtime get()`: other files may call what they get."""
    if b"getRuntime" in walk.text and walk.read(node) == "Runtime":
        walk.tell("java.lang.Runtime.exec", node)


def type_arguments(walk: Walk, node: Node) -> None:
    for each in node.named_children[:20]:
        if each.type == "type_identifier":
            handed_out(walk, each)
