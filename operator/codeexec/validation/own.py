"""A program's own files: the names it imports them by need no place in a policy's list of allowed imports."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from codeexec.models.spec import Language

NATIVE = (
    *(".so", ".dll", ".dylib", ".a", ".o", ".syso", ".gch", ".pch", ".gcm"),
    *(".pyc", ".pyo", ".pyd", ".node", ".wasm", ".class", ".jar", ".rlib", ".rmeta"),
)
"""Code that a compiler or an interpreter takes and nobody can read."""


def is_native(path: str) -> bool:
    return path.lower().endswith(NATIVE) or ".so." in path


def name_of(path: str) -> str:
    """Without its folder."""
    return path.rpartition("/")[2]


def names_of(language: Language, paths: Sequence[str]) -> frozenset[str]:
    """Canonical, as `facts.Import.name` has them."""
    names = set[str]()
    for path in map(PurePosixPath, paths):
        match language:
            case Language.PYTHON:
                names |= _python(path)
            case Language.GO:
                names |= {part for parent in _folders(path) for part in (parent, f"main/{parent}")}
            case Language.C | Language.CPP:
                names |= {str(path), path.name}
            case Language.RUST:
                names |= {path.stem, *path.parts[:-1], str(path), path.name, "crate", "self", "super"}
            case Language.JAVA:
                names |= {
                    ".".join(path.with_suffix("").parts),
                    *(folder.replace("/", ".") for folder in _folders(path)),
                }
            case _:
                names |= {str(path), str(path.with_suffix("")), f"./{path}", f"./{path.with_suffix('')}"}
    return frozenset(names)


def _python(path: PurePosixPath) -> set[str]:
    parts = path.with_suffix("").parts
    module = parts[:-1] if parts[-1] == "__init__" else parts
    return {".".join(module[:end]) for end in range(1, len(module) + 1)} | {module[-1] if module else ""} - {""}


def _folders(path: PurePosixPath) -> list[str]:
    return [str(parent) for parent in path.parents if str(parent) != "."]
