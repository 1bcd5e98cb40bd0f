"""Do the programs of the corpus compile? `python -m tests.validation.corpus.front_ends [LANGUAGE...]` asks compilers.

They only parse and check; nothing of the corpus is ever run. A front end that this machine has not got is told as such.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("go", "python", "javascript", "typescript", "rust", "java", "cpp", "c")
PARSE = "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec', dont_inherit=True)"
TSC = "--noEmit --ignoreConfig --target esnext --module commonjs --moduleDetection force --skipLibCheck"
BODYLESS = re.compile(rb"(?m)^func [^{\n]*$")


def go(file: Path, folder: Path) -> list[str]:
    """A module of one file, with what it may embed, and an assembly file if functions have no body."""
    source = file.read_bytes()
    (folder / "main.go").write_bytes(source)
    (folder / "go.mod").write_text("module m\n\ngo 1.24\n")
    (folder / "notes.txt").write_text("x\n")
    if BODYLESS.search(source):
        (folder / "stub.s").write_text("")
    return ["go", "build", "-ldflags=-checklinkname=0", "-o", os.devnull, "."]


def java(file: Path, folder: Path) -> list[str]:
    (folder / file.name).write_bytes(file.read_bytes())
    return ["javac", "-nowarn", "-proc:none", "-encoding", "UTF-8", "-d", str(folder), str(folder / file.name)]


def c(file: Path, _: Path) -> list[str]:
    # GNU modes ignore trigraphs
    standard = "c11" if "trigraph" in file.name else "gnu2x"
    return ["gcc", f"-std={standard}", "-fsyntax-only", "-w", str(file)]


def cpp(file: Path, _: Path) -> list[str]:
    standard = "c++14" if "trigraph" in file.name else "gnu++20"
    return ["g++", f"-std={standard}", "-fsyntax-only", "-w", str(file)]


def rust(file: Path, folder: Path) -> list[str]:
    to = str(folder / "x.rmeta")
    return ["rustc", "--edition=2021", "--cap-lints=allow", "--emit=metadata", "--crate-name=x", "-o", to, str(file)]


def typescript(file: Path, _: Path) -> list[str]:
    """Needs @types/node where TYPE_ROOTS says."""
    roots = ["--types", "node", "--typeRoots", os.environ.get("TYPE_ROOTS", "node_modules/@types")]
    return ["tsc", *TSC.split(), "--strict", "false", "--esModuleInterop", "--jsx", "preserve", *roots, str(file)]


FRONT_ENDS: dict[str, tuple[str, Callable[[Path, Path], list[str]]]] = {
    "go": ("go", go),
    "python": (sys.executable, lambda file, _: [sys.executable, "-c", PARSE, str(file)]),
    "javascript": ("node", lambda file, _: ["node", "--check", str(file)]),
    "typescript": ("tsc", typescript),
    "rust": ("rustc", rust),
    "java": ("javac", java),
    "cpp": ("g++", cpp),
    "c": ("gcc", c),
}


def complaint(language: str, file: Path) -> str | None:
    """What the front end says against `file`."""
    with tempfile.TemporaryDirectory() as name:
        command = FRONT_ENDS[language][1](file, Path(name))
        done = subprocess.run(command, cwd=name, stdin=subprocess.DEVNULL, capture_output=True, timeout=240)  # noqa: S603
    return (done.stdout + done.stderr).decode(errors="replace") if done.returncode else None


def main(languages: list[str]) -> int:
    bad = 0
    for language in languages or LANGUAGES:
        if shutil.which(FRONT_ENDS[language][0]) is None:
            print(f"{language}: no {FRONT_ENDS[language][0]} here, not checked")
            continue
        files = sorted(f for kind in ("evil", "benign", "plain") for f in (HERE / language / kind).rglob("*.*"))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            said = pool.map(complaint, [language] * len(files), files)
            refused = [(f, text) for f, text in zip(files, said, strict=True) if text is not None]
        for file, text in refused:
            print(f"{file.relative_to(HERE)}:\n{text}")
        print(f"{language}: {len(files)} files, {len(refused)} refused")
        bad += len(refused)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
