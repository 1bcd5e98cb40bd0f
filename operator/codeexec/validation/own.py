"""A program's own files: the names it imports them by need no place in a policy's list of allowed imports."""

import posixpath
import sys
from collections.abc import Sequence
from pathlib import PurePosixPath

from codeexec.models.spec import Language

NATIVE = (
    *(".s", ".so", ".dll", ".dylib", ".a", ".o", ".syso", ".gch", ".pch", ".gcm"),
    *(".pyc", ".pyo", ".pyd", ".node", ".wasm", ".class", ".jar", ".rlib", ".rmeta"),
)
"""Code that a compiler, linker or interpreter takes and nobody here can read: machine code, assembly, byte code."""

STANDARD: dict[Language, frozenset[str]] = {
    Language.PYTHON: frozenset(sys.stdlib_module_names),
    Language.RUST: frozenset(("std", "core", "alloc", "proc_macro", "test")),
    Language.JAVA: frozenset(("java", "javax", "jdk", "sun", "com.sun")),
    Language.GO: frozenset(
        (
            *("C", "archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database"),
            *("debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index"),
            *("internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect"),
            *("regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall", "testing"),
            *("text", "time", "unicode", "unique", "unsafe", "vendor", "weak"),
        )
    ),
}
"""What a name begins with that the language itself may mean by it: an own file called so makes nothing allowed."""


def is_own(language: Language, file: str, name: str, own: frozenset[str]) -> bool:
    """Whether what `file` imports is one of the program's own files, or something in one. `own`: see `names_of`."""
    match language:
        case Language.C | Language.CPP:
            return name in own
        case Language.JAVASCRIPT | Language.TYPESCRIPT:
            if not name.startswith("."):
                return False
            path = posixpath.normpath(posixpath.join(posixpath.dirname(file), name))
            return any(one in own for one in (path, posixpath.splitext(path)[0], f"{path}/index"))
        case Language.PYTHON if name.startswith("."):
            return True
        case Language.GO if "." in name.partition("/")[0]:
            return any(name.endswith(f"/{one}") for one in own)  # beneath the module's path of a go.mod
    separator = {Language.GO: "/", Language.RUST: "::"}.get(language, ".")
    parts = name.split(separator)
    beginnings = [separator.join(parts[:end]) for end in range(1, len(parts) + 1)]
    if not STANDARD[language].isdisjoint(beginnings):
        return False
    return name in own if language is Language.GO else any(one in own for one in beginnings)


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
