"""The checkout's own Python environment, `.venv`, remade only when pyproject.toml changes."""

from __future__ import annotations

import sys

from cluster import packages
from cluster.commands import Shell
from cluster.places import REPO
from cluster.store import content_key

VENV = REPO / ".venv"
PYTHON = VENV / "bin" / "python"


def ensure(sh: Shell) -> str:
    stamp = VENV / f".made-{content_key(REPO / 'pyproject.toml')}"
    if stamp.exists():
        return "there"
    if not PYTHON.exists():
        if not sh.succeeds(sys.executable, "-c", "import ensurepip"):
            packages.install(sh, "python3-venv")
        sh.run(sys.executable, "-m", "venv", VENV)
    sh.run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-e", ".[dev]", cwd=REPO)
    for old in VENV.glob(".made-*"):
        old.unlink()
    stamp.touch()
    return "made"
