"""What each family of languages does to a text before it looks for tokens."""

from codeexec.validation.normalisers import cfamily, ecmascript, java, python, rust
from codeexec.validation.normalisers.passes import Pass

BEFORE_LINES: dict[str, tuple[Pass, ...]] = {
    "java": (java.decode_escapes,),
    "python": (python.check_cookie,),
}
"""Before CR is looked at: a Java escape may be one."""

AFTER_LINES: dict[str, tuple[Pass, ...]] = {
    "python": (python.ascii_identifiers,),
    "javascript": (ecmascript.decode_identifiers,),
    "typescript": (ecmascript.decode_identifiers,),
    "c": (cfamily.splice, cfamily.tokens_of_c, cfamily.directives),
    "cpp": (cfamily.splice, cfamily.tokens, cfamily.header_units, cfamily.directives),
    "rust": (rust.ascii_identifiers,),
}
