"""The life of the kind cluster: made, found again, brought back after a reboot, taken away."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cluster.commands import CommandFailed, Shell, Trouble
from cluster.engine import Engine
from cluster.places import CLUSTER_RECORD, KUBECONFIG, NAME, PROGRAMS

PATIENCE = 120.0  # seconds for a cluster to be ready


@dataclass(frozen=True)
class Shape:
    """What was asked for; kept beside the cluster so that a later run without wishes keeps the shape."""

    nodes: int = 1
    gvisor: bool = False
    kwok: bool = False

    def fits(self, there: Shape) -> bool:
        """kwok can be added to a cluster; the rest is in its nodes."""
        return (self.nodes, self.gvisor) == (there.nodes, there.gvisor) and self.kwok >= there.kwok


@dataclass(frozen=True)
class Record:
    """Written only when a cluster is whole, so containers without a record are half of one."""

    image: str
    shape: Shape
    proven: str = ""  # the node's boot for which the ground was proven

    def write(self) -> None:
        CLUSTER_RECORD.write_text(json.dumps(asdict(self)), encoding="utf-8")


def recorded() -> Record | None:
    try:
        found = json.loads(CLUSTER_RECORD.read_text(encoding="utf-8"))
        return Record(found["image"], Shape(**found["shape"]), found["proven"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark_proven(boot_: str) -> None:
    record = recorded()
    if record:
        replace(record, proven=boot_).write()


def config(shape: Shape) -> str:
    """kube-proxy in nftables mode: kube-router saves and restores whole iptables tables and would lose its chains."""
    roles = ["control-plane", *["worker"] * (shape.nodes - 1)]
    nodes = "".join(f"- role: {role}\n" for role in roles)
    return f"kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnetworking:\n  kubeProxyMode: nftables\nnodes:\n{nodes}"


def program(name: str) -> Path:
    return PROGRAMS / "path" / name


def link(name: str, target: Path) -> None:
    """A program under a path that stays the same from version to version."""
    place = program(name)
    if place.is_symlink() and place.readlink() == target:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(target)


def shell(sh: Shell, engine: Engine) -> Shell:
    """kind and kubectl in PATH, our kubeconfig, our engine."""
    return engine.shell(sh).with_env(KUBECONFIG=str(KUBECONFIG), KIND_EXPERIMENTAL_PROVIDER="docker")


def with_programs(sh: Shell, kubeconfig: Path) -> Shell:
    """kubectl first in PATH, on whatever cluster the kubeconfig names."""
    return sh.with_env(KUBECONFIG=str(kubeconfig), PATH=f"{PROGRAMS / 'path'}:{sh.env.get('PATH', os.defpath)}")


def nodes(sh: Shell, engine: Engine) -> dict[str, bool]:
    """The cluster's containers by name, and whether each runs."""
    words = ["docker", "ps", "-a", "--filter", f"label=io.x-k8s.kind.cluster={NAME}"]
    listed = engine.shell(sh).read(*words, "--format", "{{.Names}} {{.State}}")
    return {name: state == "running" for name, state in (line.split() for line in listed.splitlines())}


def boot(sh: Shell, engine: Engine) -> str:
    """Changes whenever a node was started again."""
    names = sorted(nodes(sh, engine))
    return engine.shell(sh).read("docker", "inspect", "-f", "{{.Id}} {{.State.StartedAt}}", *names)


def ready(sh: Shell, engine: Engine) -> bool:
    return shell(sh, engine).succeeds("kubectl", "get", "--raw", "/readyz", "--request-timeout=3s", timeout=10)


def ensure(sh: Shell, engine: Engine, image: str, shape: Shape) -> str:
    """The cluster is there in this shape and answers; a broken or different one is replaced."""
    there, record = nodes(sh, engine), recorded()
    if there and record and record.image == image and shape.fits(record.shape) and len(there) == shape.nodes:
        up = all(there.values()) and ready(sh, engine)
        if up or _wake(sh, engine, there):
            replace(record, shape=shape).write()
            return "running" if up else "started again"
        sh.note("the cluster did not come back; making it anew")
    if there:
        delete(sh, engine)
    _create(sh, engine, image, shape)
    return "created"


def _wake(sh: Shell, engine: Engine, there: dict[str, bool]) -> bool:
    """After a reboot the containers are there but stopped."""
    try:
        for name in sorted(there):  # the control plane comes before the workers
            engine.docker(sh, "start", name)
        wait_ready(sh, engine, 90)
    except Trouble as problem:
        sh.note(str(problem))
        return False
    return True


def _create(sh: Shell, engine: Engine, image: str, shape: Shape) -> None:
    words = ["create", "cluster", "--name", NAME, "--image", image, "--config", "-", "--kubeconfig", str(KUBECONFIG)]
    KUBECONFIG.unlink(missing_ok=True)
    try:
        shell(sh, engine).run("kind", *words, "--retain", "-v", "1", stdin=config(shape).encode())
        wait_ready(sh, engine, PATIENCE)
    except CommandFailed:
        for name in nodes(sh, engine):
            sh.note(engine.shell(sh).ask("docker", "logs", "--tail", "30", name)[1])
        raise
    KUBECONFIG.chmod(0o600)
    Record(image, shape).write()


def wait_ready(sh: Shell, engine: Engine, seconds: float) -> None:
    """Until the API answers, every node is ready and every system Pod is."""
    deadline = time.monotonic() + seconds
    kubectl = shell(sh, engine)
    while not ready(sh, engine):
        if time.monotonic() > deadline:
            raise Trouble(f"the API server did not answer within {seconds:.0f} s")
        time.sleep(0.3)
    left = f"--timeout={max(10, int(deadline - time.monotonic()))}s"
    while not kubectl.succeeds("kubectl", "-n", "default", "get", "serviceaccount", "default"):
        if time.monotonic() > deadline:
            raise Trouble("the controllers do not work: no service account was made in the default namespace")
        time.sleep(0.3)
    kubectl.run("kubectl", "wait", "--for=condition=Ready", "node", "--all", left)
    for what in ("daemonset/kube-proxy", "deployment/coredns"):
        kubectl.run("kubectl", "-n", "kube-system", "rollout", "status", what, left)
    kubectl.run("kubectl", "-n", "kube-system", "wait", "--for=condition=Ready", "pod", "--all", left)


def delete(sh: Shell, engine: Engine) -> None:
    CLUSTER_RECORD.unlink(missing_ok=True)
    there = nodes(sh, engine)
    if there:
        engine.docker(sh, "rm", "-f", "-v", *there)
    KUBECONFIG.unlink(missing_ok=True)


def load(sh: Shell, engine: Engine, images: Sequence[str]) -> str:
    """Only what a node lacks: the tags name contents, so a name that is there is the right one.

    Streamed, where `kind load` would write and read each archive once more.
    """
    docker = engine.shell(sh)
    outcome = "cached"
    for node in nodes(sh, engine):
        there = docker.read("docker", "exec", node, "ctr", "-n", "k8s.io", "images", "ls", "-q").split()
        lacking = [name for name in images if f"docker.io/{name}" not in there]
        if lacking:
            with docker.output_of("docker", "save", *lacking) as archive:
                words = ("ctr", "-n", "k8s.io", "images", "import", "--local", "--all-platforms", "-")
                docker.run("docker", "exec", "-i", node, *words, stdin=archive)
            outcome = "loaded"
    return outcome
