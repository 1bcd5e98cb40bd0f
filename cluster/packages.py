"""Debian packages. Asks for nothing when all are there, so a warm run needs no network."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster.commands import CommandFailed, Shell, Trouble

_one_apt = threading.Lock()
_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_SERVICES = "#!/bin/sh\n# codeexec: packages must not start services while they are installed\nexit 101\n"


def missing(sh: Shell, *names: str) -> list[str]:
    _, out, _ = sh.ask("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names)
    there = {line.split()[0] for line in out.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in there]


def install(sh: Shell, *names: str) -> bool:
    """True when something had to be installed."""
    with _one_apt:
        wanted = missing(sh, *names)
        if not wanted:
            return False
        if not shutil.which("apt-get"):
            raise Trouble(f"this is not a Debian machine, so install these yourself: {', '.join(wanted)}")
        quiet = sh.with_env(DEBIAN_FRONTEND="noninteractive")
        apt = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300")
        with _no_services():
            try:
                quiet.run(*apt, "install", "--no-install-recommends", *wanted)
            except CommandFailed:
                quiet.run("dpkg", "--configure", "-a")  # an earlier run may have been killed in the middle
                quiet.run(*apt, "update")  # the lists may be missing or too old
                quiet.run(*apt, "install", "--no-install-recommends", *wanted)
        return True


@contextmanager
def _no_services() -> Iterator[None]:
    """Debian's engine package would start an engine with its own settings; ours is started by engine.py."""
    if _POLICY.exists() and _POLICY.read_text(encoding="utf-8") != _NO_SERVICES:
        yield
        return
    _POLICY.write_text(_NO_SERVICES, encoding="utf-8")
    os.chmod(_POLICY, 0o755)  # noqa: S103 (a policy script has to be executable)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
