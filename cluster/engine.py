"""The Docker engine: the one that answers, or a private one of ours.

A private engine keeps its images in the cache and its sockets under /run, is recorded so that a later run or another
checkout finds it, survives neither `down` nor a reboot, and leaves the network as it was found.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster import host, mounts, netstate, packages
from cluster.commands import Argument, Shell, Trouble
from cluster.places import ENGINE_DATA, ENGINE_RECORD, ENGINE_RUN, LOGS, PROGRAMS, RECIPES
from cluster.store import content_key

SOCKET = ENGINE_RUN / "docker.sock"
PID_FILE = ENGINE_RUN / "docker.pid"
LOG = LOGS / "engine.log"
PATIENCE = 60.0  # seconds for the engine to answer after its start, and to go after its end
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PROBE = "codeexec/probe:busybox"


def docker_program() -> Path | None:
    """The engine package's own client; another one earlier in PATH may speak another version."""
    found = shutil.which("docker", path=f"/usr/bin:{os.environ.get('PATH', '')}")
    return Path(found) if found else None


@dataclass(frozen=True)
class Engine:
    """How to talk to an engine. `address` is None for the one that the user's own environment leads to."""

    address: str | None

    def env(self) -> dict[str, str]:
        """For every program that runs docker: our choice of client and engine comes first."""
        links = PROGRAMS / "path"
        links.mkdir(parents=True, exist_ok=True)
        program = docker_program()
        link = links / "docker"
        if program and (not link.is_symlink() or link.readlink() != program):
            link.unlink(missing_ok=True)
            link.symlink_to(program)
        env = {"PATH": f"{links}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin", "DOCKER_BUILDKIT": "0"}
        return {**env, "DOCKER_HOST": self.address} if self.address else env

    def shell(self, sh: Shell) -> Shell:
        return sh.with_env(**self.env())

    def docker(self, sh: Shell, *words: Argument) -> None:
        self.shell(sh).run("docker", *words)

    def has_image(self, sh: Shell, name: str) -> bool:
        return self.shell(sh).succeeds("docker", "image", "inspect", name)

    def forget_older(self, sh: Shell, name: str, kept: int) -> None:
        """The newest few of an image stay, for those who switch between branches."""
        docker = self.shell(sh)
        same = docker.read("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", name.partition(":")[0]).split()
        for old in [one for one in same if one != name][kept:]:
            docker.ask("docker", "rmi", old)

    def answers(self, sh: Shell) -> bool:
        return docker_program() is not None and self.shell(sh).succeeds("docker", "version", timeout=20)


OURS = Engine(f"unix://{SOCKET}")
USERS = Engine(None)


def recorded() -> dict[str, object] | None:
    """What is known about a private engine; None when there is none to look after."""
    try:
        found: dict[str, object] = json.loads(ENGINE_RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def current() -> Engine:
    """The engine in use, without starting anything."""
    return OURS if recorded() is not None else USERS


def ensure(sh: Shell) -> str:
    """An engine answers after this; raises Trouble when none can be had or it cannot run privileged containers."""
    if recorded() is None and USERS.answers(sh):
        _prove_privileged(sh, USERS)
        return "there, not ours"
    if recorded() is not None and OURS.answers(sh):
        return "running"
    new = shutil.which("dockerd", path=_SYSTEM_PATH) is None
    packages.install(sh, *(["docker.io"] if new else []), "iptables", "nftables", "ca-certificates")
    if new and Path("/run/systemd/system").is_dir():
        # it came for ours alone: after a reboot there must not be a second one beside it
        sh.ask("systemctl", "disable", "--now", "docker.service", "docker.socket", "containerd.service")
    _start(sh)
    _prove_privileged(sh, OURS)
    return "started"


def _start(sh: Shell) -> None:
    """Clears what a crash or a reboot left (sockets, pid files, mounts of dead containers), then starts the engine."""
    before = recorded() or {"network": netstate.observe(sh)}
    _end_processes()
    mounts.release(ENGINE_RUN, ENGINE_DATA)
    shutil.rmtree(ENGINE_RUN, ignore_errors=True)
    ENGINE_RUN.mkdir(parents=True)
    config = ENGINE_RUN / "daemon.json"
    config.write_text("{}\n", encoding="utf-8")  # not the machine's: it may contradict our words
    words = ["dockerd", "--config-file", str(config), "--data-root", str(ENGINE_DATA), "--pidfile", str(PID_FILE)]
    words += ["--exec-root", str(ENGINE_RUN / "exec"), "-H", f"unix://{SOCKET}", "--bridge", "none"]
    if not host.may_lower_oom_score():
        words += ["--add-runtime", f"capless={_capless_runtime()}", "--default-runtime", "capless"]
    ENGINE_RECORD.write_text(json.dumps(before), encoding="utf-8")
    with LOG.open("wb") as log:
        env = {**sh.env, "PATH": f"{_SYSTEM_PATH}:{sh.env.get('PATH', '')}"}
        child = subprocess.Popen(  # noqa: S603 (a list of our own words, no shell)
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=env
        )
    deadline = time.monotonic() + PATIENCE
    while not OURS.answers(sh):
        if child.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            raise Trouble(f"the Docker engine did not start:\n{tail}\nThe whole log is in {LOG}")
        time.sleep(0.1)


def _capless_runtime() -> Path:
    """The runtime wrapper, with the Python that runs us: the engine's own PATH may hold none."""
    source = (RECIPES / "node" / "capless_runc.py").read_text(encoding="utf-8")
    program = PROGRAMS / "capless-runc"
    program.write_text(f"#!{sys.executable} -IS\n{source}", encoding="utf-8")
    program.chmod(0o755)
    return program


def _prove_privileged(sh: Shell, engine: Engine) -> None:
    packages.install(sh, "busybox-static")
    busybox = Path("/bin/busybox")
    name = f"{PROBE}-{content_key(busybox)}"
    if not engine.has_image(sh, name):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.add(busybox.resolve(), "bin/busybox")
        engine.shell(sh).run("docker", "import", "-", name, stdin=packed.getvalue())
    mount = ("/bin/busybox", "mount", "-t", "tmpfs", "none", "/proc")
    code, out, err = engine.shell(sh).ask(
        "docker", "run", "--rm", "--privileged", "--network", "none", name, *mount, timeout=60
    )
    if code:
        raise Trouble(
            "the Docker engine that answers cannot run privileged containers, which kind's nodes are: "
            f"{(err or out).strip()[-300:]}\nUse a rootful engine, or stop this one and run again to get a private one."
        )


def _engine_processes() -> dict[int, str]:
    """Every process of the private engine: dockerd, its containerd, and the shims, by the folders in their words."""
    marks = (str(ENGINE_RUN), str(ENGINE_DATA))
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            program = (entry / "exe").readlink().name.removesuffix(" (deleted)")
        except OSError:
            continue
        if program.startswith(("dockerd", "containerd", "docker-proxy", "runc")) and any(
            mark in word for mark in marks for word in words
        ):
            found[int(entry.name)] = program
    return found


def _end_processes() -> None:
    """dockerd first and gently, since it ends its containers and containerd itself; then whatever is left."""
    for wanted, number in (("dockerd", signal.SIGTERM), ("", signal.SIGTERM), ("", signal.SIGKILL)):
        chosen = [pid for pid, program in _engine_processes().items() if program.startswith(wanted)]
        for pid in chosen:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + (PATIENCE if wanted else 5)
        while set(chosen) & set(_engine_processes()) and time.monotonic() < deadline:
            time.sleep(0.1)


def stop(sh: Shell) -> str:
    """Ends the private engine and takes back what it did to the machine; leaves anybody else's alone."""
    record = recorded()
    if record is None:
        return "no engine of ours"
    _end_processes()
    left = _engine_processes()
    if left:
        raise Trouble(f"the engine's processes would not end: {left}")
    mounts.release(ENGINE_RUN, ENGINE_DATA)
    network = record.get("network")
    netstate.restore(sh, network if isinstance(network, Mapping) else {})
    shutil.rmtree(ENGINE_RUN, ignore_errors=True)
    for group in Path("/sys/fs/cgroup").glob("*/docker"):
        with contextlib.suppress(OSError):
            group.rmdir()  # the kernel lets go of empty ones only
    ENGINE_RECORD.unlink(missing_ok=True)
    return "stopped"
