"""JavaScript, JSX included."""

import tree_sitter_javascript
from tree_sitter import Language

from codeexec.validation.languages import ecmascript, ecmascript_names
from codeexec.validation.languages.grammar import Grammar


def javascript() -> Grammar:
    return Grammar(
        language=Language(tree_sitter_javascript.language()),
        handlers={**ecmascript.HANDLERS, "field_definition": ecmascript.static},
        branches=ecmascript_names.BRANCHES,
        functions=ecmascript_names.FUNCTIONS,
        scopes=ecmascript_names.SCOPES,
        comments=ecmascript_names.COMMENTS,
        strings=ecmascript_names.STRINGS,
        contents=ecmascript_names.CONTENTS,
        dynamic=ecmascript_names.DYNAMIC,
        names=ecmascript_names.NAMES,
        hoists=True,
    )
