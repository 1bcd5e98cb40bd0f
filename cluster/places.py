"""Where things are kept: one folder in the user's cache, and one under /run for sockets.

All checkouts of one user share them, so a second checkout finds the binaries, the engine and the cluster of the first.
"""

from __future__ import annotations

import os
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
RECIPES = REPO / "cluster"
NAME = "codeexec"
CONTEXT = f"kind-{NAME}"


def cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / NAME


CACHE = cache_root()
STORE = CACHE / "store"
LOGS = CACHE / "logs"
SCRATCH = CACHE / "tmp"
PROGRAMS = CACHE / "bin"
KUBECONFIG = CACHE / "kubeconfig"
LOCK = CACHE / "lock"
TIMES = CACHE / "times.jsonl"
CLUSTER_RECORD = CACHE / "cluster.json"
ENGINE_RECORD = CACHE / "engine.json"
ENGINE_DATA = CACHE / "docker"
ENGINE_RUN = Path("/run") / NAME


def lay_out() -> None:
    """Makes the folders that every command may write to."""
    for folder in (STORE, LOGS, SCRATCH, PROGRAMS):
        folder.mkdir(parents=True, exist_ok=True)
