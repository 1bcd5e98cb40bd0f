"""What was built before, kept by content: the key hashes everything that went in, so nothing stale is ever used.

An artefact is a folder. It is made beside the store and renamed into it, so a killed run leaves no half of one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from cluster.places import SCRATCH, STORE

KEPT = 3  # older contents of the same artefact that stay, for those who switch between branches
_NOISE = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def files_under(root: Path) -> Iterable[Path]:
    """The files that count as source, in a stable order."""
    if root.is_file():
        return [root]
    found = (p for p in root.rglob("*") if p.is_file() or p.is_symlink())
    return sorted(p for p in found if not (_NOISE & set(p.parts)) and ".egg-info" not in str(p))


def content_key(*inputs: str | bytes | Path) -> str:
    """12 hex digits over texts, files and folders (names and contents)."""
    whole = hashlib.sha256()
    for item in inputs:
        if isinstance(item, Path):
            for file in files_under(item):
                name = file.relative_to(item.parent)
                whole.update(f"{name}\0{os.access(file, os.X_OK)}\0{file.stat().st_size}\0".encode())
                whole.update(file.read_bytes())
        else:
            data = item.encode() if isinstance(item, str) else item
            whole.update(f"{len(data)}\0".encode() + data)
    return whole.hexdigest()[:12]


def artefact(name: str, key: str) -> Path:
    return STORE / f"{name}-{key}"


def keep(name: str, key: str, make: Callable[[Path], None]) -> bool:
    """Makes the artefact unless it is there; True when it had to be made."""
    final = artefact(name, key)
    if final.is_dir():
        os.utime(final)
        return False
    half = SCRATCH / f"{final.name}.{os.getpid()}"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    make(half)
    half.rename(final)
    _forget_old(name)
    return True


def _forget_old(name: str) -> None:
    same = [p for p in STORE.iterdir() if p.name.rpartition("-")[0] == name]
    for old in sorted(same, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
