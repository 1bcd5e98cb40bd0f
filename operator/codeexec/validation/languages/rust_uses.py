"""Rust's `use`: trees of names, in code and among the tokens of a macro."""

import re

from tree_sitter import Node

from codeexec.validation.walk import Walk, named_child

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_USE_TOKEN = re.compile(r"::|[{},]|\*|[\w#$\x80-\xff]+")
MAX_USE_BYTES = 1_000
"""Of one `use` in a macro; a longer one is `too-complex`."""
MAX_USES = 500
"""Names of one `use`."""


def use(walk: Walk, node: Node) -> None:
    """A tree of names, flattened with a stack of (prefix, node)."""
    walk.leave_out(node)
    top = node.child_by_field_name("argument")
    left = [("", top)] if top is not None else []
    for _ in range(MAX_USES):
        if not left:
            return
        prefix, each = left.pop()
        if each.type == "use_list":
            left += ((prefix, inner) for inner in each.named_children[:MAX_USES])
        elif each.type == "scoped_use_list":
            path, inner_list = each.child_by_field_name("path"), each.child_by_field_name("list")
            if inner_list is not None:
                left.append((_join(prefix, _path(walk, path)), inner_list))
        elif each.type == "use_as_clause":
            path, alias = each.child_by_field_name("path"), each.child_by_field_name("alias")
            if path is not None and alias is not None:
                _bring(walk, _join(prefix, _path(walk, path)), each, walk.read(alias))
        elif each.type == "use_wildcard":
            name = _join(prefix, _path(walk, named_child(each)))
            _bring_all(walk, name, each)
        elif each.type in {"identifier", "scoped_identifier", "self", "crate", "super"}:
            _bring(walk, _join(prefix, _path(walk, each)), each)
    walk.overflow = walk.overflow or bool(left)


def _path(walk: Walk, node: Node | None) -> str:
    if node is None:
        return ""
    return walk.dotted(node).replace("r#", "").removeprefix("::")


def _join(prefix: str, name: str) -> str:
    if name == "self" and prefix:
        return prefix
    name = name.removesuffix("::self")
    return f"{prefix}::{name}" if prefix and name else prefix or name


def _bring(walk: Walk, name: str, node: Node, alias: str = "") -> None:
    """Under the name as it is written, and under that of what its first component is an alias of."""
    root, _, rest = name.partition("::")
    for target in walk.aliases.get(root, ()):
        if isinstance(target, str) and rest:
            walk.bring(f"{target.replace('.', '::')}::{rest}", node)
    walk.bring(name, node)
    known = alias or name.rpartition("::")[2]
    if known != "_" and name != known:
        walk.alias(known.removeprefix("r#"), name.replace("::", "."))
        walk.shadow(known, node.start_byte)


def extern_crate(walk: Walk, node: Node) -> None:
    walk.leave_out(node)
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    if name is not None:
        crate = _path(walk, name)
        walk.bring(crate, name)
        if alias is not None:
            walk.alias(walk.read(alias), crate)
            walk.skip.add(alias.start_byte)


def _bring_all(walk: Walk, name: str, node: Node) -> None:
    walk.bring(name, node, wildcard=True)
    walk.wildcards.append(name.replace("::", "."))


def use_tokens(walk: Walk, node: Node) -> None:
    """A `use` among a macro's tokens. What the macro fills in is not known."""
    text = walk.text[node.end_byte : node.end_byte + MAX_USE_BYTES].decode("utf-8", "replace")
    text = _COMMENT.sub(" ", text).lstrip()
    if walk.overflow or text.startswith("<"):  # the latter: `impl Trait + use<'a>`
        return
    body, end, _ = text.partition(";")
    walk.overflow = not end
    prefixes, path, alias = [""], "", ""
    for part in [*_USE_TOKEN.findall(body), ","]:
        match part:
            case "{":
                prefixes.append(path)
            case "," | "}":
                if path != prefixes[-1]:
                    _bring(walk, path, node, alias)
                if part == "}" and len(prefixes) > 1:
                    prefixes.pop()
                path, alias = prefixes[-1], ""
            case "*":
                _bring_all(walk, path, node)
                path = prefixes[-1]
            case "as":
                alias = "_"
            case "::":
                pass
            case _:
                alias, path = (part, path) if alias else ("", _join(path, part.removeprefix("r#")))
