"""A cluster that the user chose: CODEEXEC_CONTEXT names a context of their kubeconfig, and it is used as it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cluster import kind, tools
from cluster.commands import Shell, Trouble
from cluster.places import CACHE, KUBECONFIG
from cluster.store import content_key


def chosen() -> str:
    return os.environ.get("CODEEXEC_CONTEXT", "").strip()


def kubectl() -> str:
    """Ours when it was built, else the machine's."""
    for candidate in (kind.program("kubectl"), tools.KUBECTL.program("kubectl")):
        if candidate.exists():
            return str(candidate)
    return shutil.which("kubectl") or ""


def kubeconfig(sh: Shell) -> Path:
    """The kubeconfig in use. For a chosen context a copy with just that context, which any client then takes."""
    if not chosen():
        if not KUBECONFIG.exists():
            raise Trouble("there is no cluster; `make cluster-up` makes one")
        return KUBECONFIG
    if not kubectl():
        raise Trouble("kubectl is needed to read a chosen context; `make cluster-up` builds one")
    code, out, err = sh.ask(kubectl(), "config", "view", "--raw", "--flatten", "--minify", "--context", chosen())
    if code:
        raise Trouble(f"CODEEXEC_CONTEXT={chosen()}: {err.strip()}")
    copy = CACHE / f"kubeconfig-{content_key(chosen())}"
    if not copy.exists() or copy.read_text(encoding="utf-8") != out:
        copy.touch(mode=0o600)
        copy.write_text(out, encoding="utf-8")
    return copy


def check(sh: Shell) -> str:
    """Raises Trouble unless the chosen cluster answers."""
    asked = sh.with_env(KUBECONFIG=str(kubeconfig(sh)))
    code, out, err = asked.ask(kubectl(), "get", "--raw", "/readyz", "--request-timeout=10s", timeout=20)
    if code:
        raise Trouble(f"the cluster of context {chosen()} does not answer: {(err or out).strip()}")
    return "answers"
