"""What a CodeExecution comes to: distinct programs, and the runs of them in order. Total: what cannot be carried out is
named by `problem`, and `plan` is asked only where that finds nothing."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from codeexec.domain.languages import BUILD, TOOLCHAINS, Toolchain
from codeexec.models.spec import BatchItem, ExecutionSpec, ItemLimits, SourceFile

MAX_PATH_BYTES = 512
MAX_FILES_OF_ALL = 200
"""Of all programs together: the runner takes no more."""
MAX_INPUT_CHARS = 1_200_000
"""Of stdin, arguments and environment of all runs together: every run is sent its own copy, and at six bytes a
character in JSON the job still fits into the runner's 8 MiB."""


@dataclass(frozen=True, slots=True)
class Program:
    files: tuple[SourceFile, ...]
    entrypoint: str

    def sources(self, toolchain: Toolchain) -> list[str]:
        """Paths of its source files, the entrypoint among them."""
        named = [argument(file.path) for file in self.files if file.path.endswith(toolchain.suffixes)]
        return named or [argument(self.entrypoint)]


@dataclass(frozen=True, slots=True)
class Item:
    """One run."""

    name: str | None
    """None for the one run of an execution without a batch."""
    program: int
    args: tuple[str, ...]
    stdin: str
    timeout_seconds: int | None
    limits: ItemLimits
    expected: str | None = None
    words: bool = False
    """Whether the expected output is compared word by word."""


@dataclass(frozen=True, slots=True)
class Plan:
    programs: tuple[Program, ...]
    items: tuple[Item, ...]


def plan(spec: ExecutionSpec) -> Plan:
    """Items with the same files share a program: it is compiled once."""
    programs: dict[Program, int] = {}
    items = []
    for item in spec.batch or (None,):
        program = _program(spec, item)
        number = programs.setdefault(program, len(programs))
        items.append(_item(spec, item, number))
    return Plan(tuple(programs), tuple(items))


def _program(spec: ExecutionSpec, item: BatchItem | None) -> Program:
    files, entrypoint, _ = _source(spec, item)
    return Program(files, entrypoint or default_entrypoint(files, TOOLCHAINS[spec.language]) or "")


def _source(spec: ExecutionSpec, item: BatchItem | None) -> tuple[tuple[SourceFile, ...], str | None, str]:
    """Files, the entrypoint that was named, and the field they stand in."""
    own = item if item and (item.code is not None or item.files is not None) else spec
    where = f"spec.batch[{own.name}]" if isinstance(own, BatchItem) else "spec"
    named = (item.entrypoint if item else None) or own.entrypoint
    if own.code is not None:
        path = named or TOOLCHAINS[spec.language].main
        return (SourceFile(path=path, content=own.code),), path, where
    return own.files or (), named, where


def _item(spec: ExecutionSpec, item: BatchItem | None, program: int) -> Item:
    if item is None:
        return Item(None, program, spec.args, spec.stdin, spec.timeout_seconds, ItemLimits())
    return Item(
        name=item.name,
        program=program,
        args=spec.args if item.args is None else item.args,
        stdin=spec.stdin if item.stdin is None else item.stdin,
        timeout_seconds=item.timeout_seconds or spec.timeout_seconds,
        limits=item.limits or ItemLimits(),
        expected=item.expected_output,
        words=item.output_match == "IgnoreWhitespace",
    )


def default_entrypoint(files: tuple[SourceFile, ...], toolchain: Toolchain) -> str | None:
    """The main file; else the only source file; else, where the compiler takes them all, the first."""
    paths = [file.path for file in files]
    if toolchain.main in paths:
        return toolchain.main
    sources = [path for path in paths if path.endswith(toolchain.suffixes)]
    if len(sources) == 1 or (sources and toolchain.any_entry):
        return sources[0]
    return None


def argument(path: str) -> str:
    """A path that no compiler takes for an option or an argument file."""
    return f"./{path}" if path.startswith(("-", "@")) else path


def content_of(file: SourceFile) -> bytes:
    if file.content is not None:
        return file.content.encode("utf-8", "surrogatepass")
    return base64.b64decode(file.content_base64 or "")


def sources(spec: ExecutionSpec) -> Iterator[tuple[str, SourceFile]]:
    """Every file and the field it stands in, those of the batch included."""
    for item in (None, *spec.batch):
        if item is None and spec.code is None and spec.files is None:
            continue
        if item is not None and item.code is None and item.files is None:
            continue
        files, _, where = _source(spec, item)
        for file in files:
            yield (f"{where}.code" if (item or spec).code is not None else f"{where}.files[{file.path}]"), file


def problem(spec: ExecutionSpec) -> str:
    """The first thing in the files that cannot be carried out; empty when all can."""
    for item in (None, *spec.batch):
        if item is None and spec.batch and spec.code is None and spec.files is None:
            continue
        if found := _problem(spec, item):
            return found
    return _too_much(spec)


def _too_much(spec: ExecutionSpec) -> str:
    """What each run may have for itself can be too much for all of them."""
    planned = plan(spec)
    files = sum(len(program.files) for program in planned.programs)
    if files > MAX_FILES_OF_ALL:
        return f"spec.batch has {files:,} files in all; at most {MAX_FILES_OF_ALL} are allowed. Make two batches"
    env = sum(len(variable.name) + len(variable.value) for variable in spec.env)
    chars = sum(len(item.stdin) + sum(map(len, item.args)) + env for item in planned.items)
    if chars > MAX_INPUT_CHARS:
        return (
            f"spec.batch has {chars:,} characters of stdin, args and env, with what each item takes from the whole; at "
            f"most {MAX_INPUT_CHARS:,} are allowed. Give less to the whole, or make two batches"
        )
    return ""


def _problem(spec: ExecutionSpec, item: BatchItem | None) -> str:
    files, entrypoint, where = _source(spec, item)
    named = f"spec.batch[{item.name}]" if item and item.entrypoint else where
    if not files:
        return f"{where} has nothing to run: give code, or files"
    if _is_code(spec, item) and (why := _bad_path(files[0].path)):
        return f"{named}.entrypoint is {files[0].path[:200]!r}, which {why}"
    for check in (_bad_file, _clash):
        if why := check(files):
            return f"{where}.files {why}"
    if entrypoint and all(file.path != entrypoint for file in files):
        return f"{named}.entrypoint is {entrypoint[:200]!r}, which is not among the files"
    toolchain = TOOLCHAINS[spec.language]
    if not entrypoint and default_entrypoint(files, toolchain) is None:
        return f"{where}.entrypoint is needed: no file is called {toolchain.main}"
    return ""


def _is_code(spec: ExecutionSpec, item: BatchItem | None) -> bool:
    """Whether the one file is `code`, and its path the entrypoint."""
    if item and (item.code is not None or item.files is not None):
        return item.code is not None
    return spec.code is not None


def _bad_file(files: tuple[SourceFile, ...]) -> str:
    for file in files:
        if why := _bad_path(file.path):
            return f"has the path {file.path[:200]!r}, which {why}"
        if file.content_base64 is not None and not _is_base64(file.content_base64):
            return f"has {file.path!r}, whose contentBase64 is not base64"
    return ""


def _clash(files: tuple[SourceFile, ...]) -> str:
    paths = [file.path for file in files]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        return f"has {twice!r} twice"
    folders = {path[:end] for path in paths for end, c in enumerate(path) if c == "/"}
    if both := next((path for path in paths if path in folders), None):
        return f"has {both!r} as a file and as a folder"
    return ""


def _bad_path(path: str) -> str:
    parts = path.split("/")
    if len(path.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES:
        return f"is longer than {MAX_PATH_BYTES} bytes"
    if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in path):
        return "contains control characters"
    if path.startswith("/"):
        return "is absolute; paths are relative to the program's folder"
    if ".." in parts:
        return "leads out of the program's folder"
    if "" in parts or "." in parts:
        return "is not in its plain form"
    if any(len(part.encode()) > 255 for part in parts):
        return "has a name longer than 255 bytes"
    if parts[0] == BUILD:
        return f"is in {BUILD}, where the compiler writes"
    return ""


def bad_glob(glob: str) -> str:
    """Why this pattern cannot match anything; empty when it can."""
    return _bad_path(glob)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(text) % 4 == 0  # b64decode lets a padding pass that is too long
