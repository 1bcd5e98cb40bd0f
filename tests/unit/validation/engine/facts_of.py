"""Short ways to ask for facts in tests."""

from codeexec.validation.facts import Facts
from codeexec.validation.read import read

FILES = {
    "python": "main.py",
    "javascript": "main.js",
    "typescript": "main.ts",
    "go": "main.go",
    "rust": "main.rs",
    "java": "Main.java",
    "c": "main.c",
    "cpp": "main.cpp",
}


def facts(language: str, code: str | bytes, path: str = "") -> Facts:
    return read(language, path or FILES[language], code if isinstance(code, bytes) else code.encode())


def names(found: Facts) -> set[str]:
    return {each.name for each in found.references}


def imported(found: Facts) -> set[str]:
    return {each.name for each in found.imports}


def constructs(found: Facts) -> set[str]:
    return {each.kind for each in found.constructs}


def place(found: Facts, name: str) -> tuple[int, int]:
    """Of the first reference of that name."""
    start = next(each.at.start for each in found.references if each.name == name)
    return found.normalised.place(start)
