"""What the machine must have before anything is installed, each lack with its own advice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from cluster import mounts
from cluster.commands import Trouble
from cluster.places import CACHE, SCRATCH, STORE

GIB = 1 << 30
DISK_COLD, DISK_WARM = 20 * GIB, 4 * GIB  # Go's caches 9, binaries 1, engine 5, scratch 4
MEMORY_COLD, MEMORY_WARM = 4 * GIB, 2 * GIB  # two compilers at once; a node with its control plane
CAP_SYS_RESOURCE = 24  # linux/capability.h


def may_lower_oom_score() -> bool:
    """Whether this machine's root has CAP_SYS_RESOURCE; some virtual machines and containers withhold it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapBnd:"):
            return bool(int(line.split()[1], 16) >> CAP_SYS_RESOURCE & 1)
    return True


def cgroup_driver() -> str:
    """Who writes cgroups in the node. On cgroup v1 runc under systemd freezes each container before it starts, and on
    a busy machine now and then fails to ("unable to freeze"); the kubelet's own driver does not."""
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return "systemd" if unified else "cgroupfs"


def available_memory() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return MEMORY_COLD


def clear_scratch() -> None:
    """What a killed run left half-done. Only under the lock, when nobody else can be at work in there."""
    mounts.release(SCRATCH)
    for item in SCRATCH.iterdir():
        shutil.rmtree(item, ignore_errors=True)


def check() -> None:
    """Raises Trouble with advice when the machine will not do."""
    if os.geteuid() != 0:
        raise Trouble(
            "a cluster needs root (Debian packages, a Docker engine, privileged containers). "
            "Run it with sudo, or set CODEEXEC_CONTEXT to a context of your kubeconfig to use that cluster."
        )
    warm = any(STORE.glob("kubernetes-*")) or any(STORE.glob("kubectl-*"))
    disk, need_disk = shutil.disk_usage(CACHE).free, DISK_WARM if warm else DISK_COLD
    if disk < need_disk:
        raise Trouble(
            f"{disk / GIB:.1f} GiB are free under {CACHE}; {need_disk / GIB:.0f} are needed. "
            "Free some, or set XDG_CACHE_HOME to a larger disk."
        )
    memory, need_memory = available_memory(), MEMORY_WARM if warm else MEMORY_COLD
    if memory < need_memory:
        raise Trouble(
            f"{memory / GIB:.1f} GiB of memory are available; {need_memory / GIB:.0f} are needed. "
            "Stop something large, or use a bigger machine."
        )
