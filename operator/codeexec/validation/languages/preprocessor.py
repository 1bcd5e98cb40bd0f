"""What C's preprocessor is told: headers, directives, macros."""

import posixpath
import re

from tree_sitter import Node

from codeexec.validation.facts import Span
from codeexec.validation.walk import Walk

_INCLUDED = re.compile(rb'(?:[ \t]|/\*.{0,400}?\*/)*(<[^>\n]*>|"[^"\n]*")?', re.DOTALL)
_DIRECTIVES = frozenset({"weak", "redefine_extname", "extern_prefix", "init", "fini", "init_seg", "comment"})
_HEADERS = re.compile(r"/usr/(?:local/)?include/|/usr/lib/gcc/|/usr/local/lib/codeexec/")
_INCLUDES = frozenset({"import", "include_next", "include"})
_FOLDERS = frozenset({"dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "srv", "tmp", "usr", "var"})
_IN_MACRO = re.compile(
    rb'"(?:[^"\\\n]|\\.){0,200}"|\'(?:[^\'\\\n]|\\.){1,8}\'|/\*.{0,300}?\*/|//[^\n]*|(?P<paste>##|%:%:)(?!\s*__VA_ARGS__)'
    rb"|(?P<section>\b_{0,2}(?:constructor|destructor|section|naked|ifunc|weakref)_{0,2}\b)",
    re.DOTALL,
)


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
