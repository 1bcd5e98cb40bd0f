"""C."""

import tree_sitter_c
from tree_sitter import Language

from codeexec.validation.languages import cfamily, cfamily_words
from codeexec.validation.languages.grammar import Grammar, Names


def c() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_c.language()),
        handlers=cfamily.HANDLERS,
        branches=cfamily.BRANCHES,
        functions={"function_definition": "declarator"},
        scopes=frozenset({"compound_statement", "for_statement", "field_declaration_list"}),
        opaque=cfamily.OPAQUE,
        strings=cfamily.STRINGS,
        contents=cfamily.CONTENTS,
        names=Names(
            leads=(".", "->"),
            separators=r"->|\.",
            letters=r"A-Za-z_$\x80-\xff",
            keywords=cfamily_words.KEYWORDS,
            receivers=frozenset(),
            marks=cfamily_words.MARKS,
        ),
    )
