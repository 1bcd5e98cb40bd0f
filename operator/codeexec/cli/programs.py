"""Programs out of the files that were named, and the way back from a place in a program to the place that its author
sees."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from codeexec.cli.problems import Usage
from codeexec.domain.languages import TOOLCHAINS
from codeexec.models.spec import Language
from codeexec.validation.check import Source
from codeexec.validation.origin import BOM

LINE_END = re.compile(rb"\r\n|\r|\n")
"""As findings count lines: what Unicode calls a separator is none for a compiler."""
MOST_BYTES = 64 << 20
"""Of a file that is looked at; there is no source text of that size."""
HEADERS = {".hpp": Language.CPP, ".hh": Language.CPP, ".hxx": Language.CPP}
HEADER = ".h"
MANIFESTS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is for its author."""

    file: str
    """As it was named."""
    lines: Sequence[str]
    """Of the source."""
    line: int = 0
    """Lines of the file above them."""
    column: int = 0
    """Characters of the file's lines in front of each."""
    field: str = ""
    """Of a manifest, if lines and columns can only be counted in that field's value."""

    @property
    def shown(self) -> str:
        return f"{self.file}:{self.field}" if self.field else self.file


@dataclass(frozen=True, slots=True)
class Program:
    language: Language
    sources: tuple[Source, ...]
    places: dict[str, Place]
    """By the path of a source."""
    execution: str = ""
    """Name of the CodeExecution that it is in."""

    @property
    def files(self) -> list[str]:
        """Each once, as it was named."""
        return list(dict.fromkeys(place.file for place in self.places.values()))

    @property
    def name(self) -> str:
        named = self.files[0] if len(self.files) == 1 else f"the {len(self.files)} files of {self.language}"
        return f"{named} {self.execution}".rstrip()


def lines_of(content: bytes) -> list[str]:
    return [line.decode("utf-8", "replace") for line in LINE_END.split(content.removeprefix(BOM))]


def read(path: Path) -> bytes:
    if path.is_dir():
        raise Usage(f"{path}: a directory; name its files, like {path}/*{_ending_in(path)}")
    try:
        if path.exists() and not path.is_file():
            raise Usage(f"{path}: neither a file nor a directory; save the program in a file")
        if path.stat().st_size > MOST_BYTES:
            raise Usage(f"{path}: {path.stat().st_size:,} bytes; no program is that large, so it was not read")
        content = path.read_bytes()
    except OSError as error:
        raise Usage(f"{path}: cannot be read: {error.strerror}") from None
    if b"\0" in content and not _is_text(content):
        raise Usage(f"{path}: a binary file; name source files only")
    return content


def programs(paths: Sequence[Path], language: Language | None) -> list[Program]:
    """Files of one language are one program, in the deepest folder that holds them all."""
    languages = {path: language or _language(path) for path in dict.fromkeys(paths)}
    found = set(languages.values())
    of_headers = Language.CPP if Language.CPP in found else Language.C
    by_language: dict[Language, list[Path]] = {}
    for path, one in languages.items():
        by_language.setdefault(one or of_headers, []).append(path)
    return [_program(one, members) for one, members in by_language.items()]


def _program(language: Language, paths: Sequence[Path]) -> Program:
    folder = Path(os.path.commonpath([path.absolute().parent for path in paths]))
    while language is Language.PYTHON and (folder / "__init__.py").exists():
        folder = folder.parent  # a package is imported by its own name
    sources, places = [], {}
    for path in paths:
        content, name = read(path), os.path.relpath(path.absolute(), folder)
        sources.append(Source(_text(Path(name).as_posix()), content))
        places[sources[-1].path] = Place(_text(str(path)), lines_of(content))
    return Program(language, tuple(sources), places)


def _language(path: Path) -> Language | None:
    """None for a header that may be C or C++."""
    if path.suffix == HEADER:
        return None
    for language, toolchain in TOOLCHAINS.items():
        if path.suffix in toolchain.suffixes:
            return language
    if path.suffix in HEADERS:
        return HEADERS[path.suffix]
    read(path)  # that there is no such file, or that it is a directory, is said first
    known = sorted({suffix for toolchain in TOOLCHAINS.values() for suffix in toolchain.suffixes} | set(MANIFESTS))
    raise Usage(f"{path}: its ending is of no language ({' '.join(known)}); say which with --language")


def _ending_in(folder: Path) -> str:
    """The one that most files of the folder have, of those that are known."""
    known = {suffix for toolchain in TOOLCHAINS.values() for suffix in toolchain.suffixes}
    try:
        endings = [name.suffix for name in folder.iterdir() if name.suffix in known]
    except OSError:
        endings = []
    return max(endings, key=endings.count, default=".py")


def _text(name: str) -> str:
    """Of a file whose name is no UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
