"""JavaScript, JSX included."""

import tree_sitter_javascript
from tree_sitter import Language

from codeexec.validation.languages import ecmascript
from codeexec.validation.languages.grammar import Grammar


def javascript() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_javascript.language()),
        handlers={**ecmascript.HANDLERS, "field_definition": ecmascript.static},
        branches=ecmascript.BRANCHES,
        functions=ecmascript.FUNCTIONS,
        scopes=ecmascript.SCOPES,
        comments=ecmascript.COMMENTS,
        strings=ecmascript.STRINGS,
        contents=ecmascript.CONTENTS,
        dynamic=ecmascript.DYNAMIC,
        names=ecmascript.NAMES,
        hoists=True,
    )
