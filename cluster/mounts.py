"""Unmounting what is ours, and only that: mount points below folders that belong to us."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from cluster.commands import Trouble


def below(*roots: Path) -> list[Path]:
    """Mount points inside the folders, the innermost first."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        point = Path(line.split()[4].encode().decode("unicode_escape"))
        if any(root in (point, *point.parents) for root in roots):
            found.append(point)
    return sorted(set(found), key=lambda p: len(p.parts), reverse=True)


def release(*roots: Path) -> None:
    for point in below(*roots):
        subprocess.run(["umount", "-l", point], check=False, capture_output=True)  # noqa: S603, S607 (our own words)
    left = below(*roots)
    if left:
        raise Trouble(f"these mounts of ours would not go: {', '.join(map(os.fspath, left))}")
