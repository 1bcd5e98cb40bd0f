"""A grammar for each language and dialect, made when it is first asked for."""

from functools import cache
from importlib import import_module

from codeexec.validation.languages.grammar import Grammar

_FACTORIES = {
    "python": ("python", "python"),
    "javascript": ("javascript", "javascript"),
    "typescript": ("typescript", "typescript"),
    "tsx": ("typescript", "tsx"),
    "go": ("go", "go"),
    "rust": ("rust", "rust"),
    "java": ("java", "java"),
    "c": ("c", "c"),
    "cpp": ("cpp", "cpp"),
}


def grammar_of(language: str, path: str = "") -> Grammar:
    """`path`: TypeScript has another grammar for `.tsx`."""
    dialect = "tsx" if language == "typescript" and path.endswith((".tsx", ".jsx")) else language
    return _grammar(dialect)


@cache
def _grammar(dialect: str) -> Grammar:
    module, function = _FACTORIES[dialect]
    made = getattr(import_module(f"codeexec.validation.languages.{module}"), function)()
    assert isinstance(made, Grammar)  # noqa: S101
    return made
