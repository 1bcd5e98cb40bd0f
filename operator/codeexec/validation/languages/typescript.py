"""TypeScript, with JSX in files called `.tsx`."""

import tree_sitter_typescript
from tree_sitter import Language, Node

from codeexec.validation.languages import ecmascript, ecmascript_names
from codeexec.validation.languages.grammar import Grammar, Handler
from codeexec.validation.walk import Walk, named_child


def _import_alias(walk: Walk, node: Node) -> None:
    """`import q = A.B`."""
    name, target = named_child(node), named_child(node, 1)
    if name is not None and target is not None:
        walk.alias(walk.declare(name), target)


OWN: dict[str, Handler] = {
    "import_alias": _import_alias,
    "public_field_definition": ecmascript.static,
}


def _grammar(language: Language, contents: frozenset[str]) -> Grammar:
    return Grammar(
        language=language,
        handlers={**ecmascript.HANDLERS, **ecmascript.TYPED_HANDLERS, **OWN},
        branches=ecmascript_names.BRANCHES,
        functions=ecmascript_names.FUNCTIONS,
        scopes=ecmascript_names.SCOPES,
        opaque=frozenset({"ambient_declaration", "internal_module", "module"}),
        comments=ecmascript_names.COMMENTS,
        strings=ecmascript_names.STRINGS,
        contents=contents,
        dynamic=ecmascript_names.DYNAMIC,
        names=ecmascript_names.NAMES,
        hoists=True,
    )


def typescript() -> Grammar:
    return _grammar(Language(tree_sitter_typescript.language_typescript()), ecmascript_names.CONTENTS - {"jsx_text"})


def tsx() -> Grammar:
    return _grammar(Language(tree_sitter_typescript.language_tsx()), ecmascript_names.CONTENTS)
