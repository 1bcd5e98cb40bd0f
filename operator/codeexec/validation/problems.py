"""What the grammar has no reading for. tree-sitter has no messages: these are made of the token and the gap."""

from tree_sitter import Node, Tree

from codeexec.validation.facts import Problem, Span

_CLOSES = {"(": ")", "[": "]", "{": "}"}
_OPENS = {close: opens for opens, close in _CLOSES.items()}
MAX_TOKENS = 500
"""Of a broken region that are looked at."""


def problem(tree: Tree, text: bytes) -> Problem | None:
    """The first place that the grammar has no reading for."""
    if not tree.root_node.has_error:
        return None
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is not None:
            if node.is_missing:
                what = node.type if node.is_named else f"`{node.type}`"
                return Problem(Span(node.start_byte, node.end_byte), f"missing {what.replace('_', ' ')}")
            if node.is_error and not (node.child_count and _inside(node)):
                return _unexpected(node, text)
            if node.has_error and cursor.goto_first_child():
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return _unexpected(tree.root_node, text)


def _inside(node: Node) -> bool:
    """Whether the parser could say more exactly where: an error or a gap further down."""
    return any(child.has_error for child in node.children[:200])


def _unexpected(node: Node, text: bytes) -> Problem:
    if (bracket := _unbalanced(node)) is not None:
        return bracket
    start = node.start_byte
    token = text[start : min(node.end_byte, start + 200)].decode("utf-8", "replace").split(maxsplit=1)
    shown = token[0][:40] if token else ""
    end = min(node.end_byte, start + len(shown.encode()))
    return Problem(Span(start, max(start, end)), f"unexpected `{shown}`" if shown else "unexpected end of file")


def _unbalanced(node: Node) -> Problem | None:
    """A bracket among a region's own tokens that has no partner there: the likely mistake."""
    opened: list[Node] = []
    for each in node.children[:MAX_TOKENS]:
        if each.type in _CLOSES:
            opened.append(each)
        elif each.type in _OPENS and (not opened or opened.pop().type != _OPENS[each.type]):
            return Problem(Span(each.start_byte, each.end_byte), f"unexpected `{each.type}`")
    if not opened:
        return None
    at = opened[-1]
    return Problem(Span(at.start_byte, at.end_byte), f"missing `{_CLOSES[at.type]}` for this `{at.type}`")
