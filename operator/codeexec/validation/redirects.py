"""Data files by which node or a bundler takes an import's name for something else than it says: what was checked
would not be what is loaded."""

import json
import re
from pathlib import PurePosixPath
from typing import Any

from codeexec.models.spec import Language

ECMASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
"""Found by an import that leaves the ending out, so they are code, whatever else a program's files are."""

_PACKAGE = frozenset({"imports", "exports", "browser", "module", "alias"})
_COMPILER = frozenset(
    {"extends", "paths", "baseUrl", "rootDirs", "plugins", "jsxFactory", "jsxFragmentFactory", "jsxImportSource"}
)
_JSONC = re.compile(r'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])', re.DOTALL)
"""What a compiler reads over in its settings; strings are left alone."""


def is_code(language: Language, path: str) -> bool:
    return language in {Language.JAVASCRIPT, Language.TYPESCRIPT} and path.lower().endswith(ECMASCRIPT)


def redirects(language: Language, path: str, content: bytes) -> bool:
    """Also True of settings that cannot be read: somebody else may be able to."""
    if language not in {Language.JAVASCRIPT, Language.TYPESCRIPT}:
        return False
    file = PurePosixPath(path.lower())
    if "node_modules" in file.parts:
        return True
    try:
        if file.name == "package.json":
            return _of_package(_pairs(content.decode()))
        if file.suffix == ".json" and file.name.startswith(("tsconfig", "jsconfig")):
            return _of_compiler(_pairs(_plain(content.decode())))
    except (ValueError, RecursionError):
        return True
    return False


def _plain(text: str) -> str:
    for _ in range(2):  # a comment may stand between a comma and its bracket
        text = _JSONC.sub(lambda match: match[1] or "", text)
    return text


def _pairs(text: str) -> list[tuple[str, Any]]:
    """All pairs of the outermost object: of a key that comes twice, who knows which one counts."""
    found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=list)
    return found if isinstance(found, list) else []


def _of_package(pairs: list[tuple[str, Any]]) -> bool:
    return any(
        key in _PACKAGE or (key == "main" and not str(value).lower().endswith(ECMASCRIPT)) for key, value in pairs
    )


def _of_compiler(pairs: list[tuple[str, Any]]) -> bool:
    options = [pair for key, value in pairs if key == "compilerOptions" and isinstance(value, list) for pair in value]
    return any(key in _COMPILER for key, _ in (*pairs, *options))
