"""One-layer images made from files, without an engine: a docker archive that containerd imports.

Names, times and owners are fixed, so the same files give the same image.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Sequence
from pathlib import Path

from cluster.commands import Shell

_XTABLES = Path("usr/lib/x86_64-linux-gnu/xtables")
_NETWORK_PROGRAMS = ("usr/sbin/xtables-nft-multi", "usr/sbin/nft", "usr/sbin/ipset", "usr/sbin/conntrack", "usr/bin/ip")
_TABLES = ("etc/iproute2/rt_tables", "etc/protocols")
"""Without names of protocols nft lists `tcp` as 6. kube-proxy then takes its own entries for foreign ones, and deletes
all of them at its full sync, an hour after its start."""
_IPTABLES_NAMES = [f"{v}{what}" for v in ("iptables", "ip6tables") for what in ("", "-save", "-restore")]


class Layer:
    """A tar being filled; parents come by themselves and the first to name a path wins."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._tar = tarfile.TarFile(fileobj=self._buffer, mode="w")
        self._seen = {"", "."}

    def folder(self, name: str, mode: int = 0o755) -> None:
        if name not in self._seen:
            self.folder(os.path.dirname(name))
            self._seen.add(name)
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, mode
            self._tar.addfile(entry)

    def link(self, name: str, target: str) -> None:
        if self._new(name):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            self._tar.addfile(entry)

    def file(self, name: str, source: Path, mode: int = 0o755) -> None:
        if self._new(name):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = source.stat().st_size, mode
            with source.open("rb") as content:
                self._tar.addfile(entry, content)

    def _new(self, name: str) -> bool:
        if name in self._seen:
            return False
        self.folder(os.path.dirname(name))
        self._seen.add(name)
        return True

    def network_programs(self, sh: Shell, root: Path) -> None:
        """iptables, nft, ipset, conntrack and ip out of a Debian root, with every library that they and plugins use."""
        for name in ("bin", "sbin", "lib", "lib64"):
            self.link(name, f"usr/{name}")
        plugins = [str(_XTABLES / p.name) for p in sorted((root / _XTABLES).iterdir())]
        for name in (*_NETWORK_PROGRAMS, *plugins):
            source = root / name
            if source.is_symlink():
                self.link(name, os.readlink(source))
            else:
                self.file(name, source)
        said = sh.read("chroot", root, "/usr/bin/ldd", *(f"/{name}" for name in (*_NETWORK_PROGRAMS, *plugins)))
        words = {word.lstrip("/") for line in said.splitlines() if not line.endswith(":") for word in line.split()}
        for library in sorted(word for word in words if word.startswith(("lib", "usr/lib")) and "/" in word):
            name = library if library.startswith("usr/") else f"usr/{library}"
            self.file(name, _followed(root, root / name))
        for name in _TABLES:
            self.file(name, root / name, 0o644)
        for name in _IPTABLES_NAMES:
            self.link(f"usr/sbin/{name}", "xtables-nft-multi")
        self.link("usr/sbin/ip", "../bin/ip")

    def close(self) -> bytes:
        for name, mode in (("tmp", 0o1777), ("run", 0o755), ("etc", 0o755), ("var", 0o755)):
            self.folder(name, mode)
        self._tar.close()
        return self._buffer.getvalue()


def _followed(root: Path, file: Path) -> Path:
    """The file behind links, the absolute ones taken as inside the root."""
    while file.is_symlink():
        target = os.readlink(file)
        file = root / target.lstrip("/") if target.startswith("/") else file.parent / target
    return file


def write(target: Path, tag: str, layer: Layer, entrypoint: Sequence[str] = (), user: str = "") -> None:
    """The archive, its layer compressed lightly: the node keeps it as it is here."""
    content = layer.close()
    packed = gzip.compress(content, compresslevel=1, mtime=0)
    settings: dict[str, object] = {"Env": ["PATH=/usr/local/bin:/usr/sbin:/usr/bin"]}
    if entrypoint:
        settings["Entrypoint"] = list(entrypoint)
    if user:
        settings["User"] = user
    layers = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]}
    image = {"architecture": "amd64", "os": "linux", "config": settings, "rootfs": layers}
    config = json.dumps(image).encode()
    config_name, layer_name = f"{hashlib.sha256(config).hexdigest()}.json", f"{hashlib.sha256(packed).hexdigest()}.tgz"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [tag], "Layers": [layer_name]}]).encode()
    with tarfile.open(target, "w") as tar:
        for name, data in ((config_name, config), (layer_name, packed), ("manifest.json", manifest)):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
