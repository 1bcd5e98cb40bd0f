"""The grammar of a language or dialect. All are imported here and now: a worker limits itself after its imports."""

from collections.abc import Callable
from functools import cache

from codeexec.validation.languages.c import c
from codeexec.validation.languages.cpp import cpp
from codeexec.validation.languages.go import go
from codeexec.validation.languages.grammar import Grammar
from codeexec.validation.languages.java import java
from codeexec.validation.languages.javascript import javascript
from codeexec.validation.languages.python import python
from codeexec.validation.languages.rust import rust
from codeexec.validation.languages.typescript import tsx, typescript

DIALECTS: dict[str, Callable[[], Grammar]] = {
    "python": python,
    "javascript": javascript,
    "typescript": typescript,
    "tsx": tsx,
    "go": go,
    "rust": rust,
    "java": java,
    "c": c,
    "cpp": cpp,
}


def grammar_of(language: str, path: str = "") -> Grammar:
    """`path`: TypeScript has another grammar for `.tsx`."""
    return made("tsx" if language == "typescript" and path.endswith((".tsx", ".jsx")) else language)


@cache
def made(dialect: str) -> Grammar:
    return DIALECTS[dialect]()
