"""Debian root file systems by mmdebstrap, kept as tar files: the ground of the node image and of our own images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cluster.commands import Shell
from cluster.store import artefact, content_key, keep

_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*", "/usr/share/lintian/*")
_KEPT = ("/usr/share/doc/*/copyright",)


def machine_sources(suite: str) -> list[Path]:
    """The machine's own list of Debian sources where it is for this suite; else nothing, and mmdebstrap's default."""
    for file in _SOURCES:
        if file.is_file() and suite in file.read_text(encoding="utf-8").split():
            return [file]
    return []


def key(suite: str, include: Sequence[str]) -> str:
    return content_key("debian 1", suite, ",".join(include), *_LEFT_OUT, *_KEPT)


def tarball(name: str, suite: str, include: Sequence[str]) -> Path:
    return artefact(name, key(suite, include)) / "root.tar"


def bootstrap(sh: Shell, name: str, suite: str, include: Sequence[str]) -> str:
    def make(into: Path) -> None:
        options = [f"--dpkgopt=path-exclude={path}" for path in _LEFT_OUT]
        options += [f"--dpkgopt=path-include={path}" for path in _KEPT]
        options += ['--aptopt=APT::Install-Recommends "false"']
        if include:
            options.append(f"--include={','.join(include)}")
        sh.run(
            "mmdebstrap",
            "--mode=root",
            "--variant=minbase",
            *options,
            suite,
            into / "root.tar",
            *machine_sources(suite),
        )

    return "built" if keep(name, key(suite, include), make) else "cached"
