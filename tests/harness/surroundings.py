"""Where the cluster and its programs are, as `make env` says; the tests know no path of their own."""

import functools
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SAMPLES = REPO / "manifests" / "samples"
SYSTEM = "codeexec-system"
"""Namespace of the installed operator."""


@functools.cache
def environment() -> Mapping[str, str]:
    """Ours, with KUBECONFIG, and with kubectl (and docker, for the development cluster) first in PATH."""
    lines = _output("make", "-s", "-C", str(REPO), "env")
    whole = _output("sh", "-c", 'eval "$1" && env -0', "sh", lines)
    return dict(entry.split("=", 1) for entry in whole.split("\0") if "=" in entry)


def _output(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ)  # noqa: S603
    assert done.returncode == 0, f"`{' '.join(words[:5])}` ended with {done.returncode}: {done.stderr or done.stdout}"
    return done.stdout
