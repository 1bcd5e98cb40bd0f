"""KWOK=1: nodes and Pods that exist in the API alone, by the hundred, for tests of scale."""

from __future__ import annotations

import shutil

from cluster import kind, tools
from cluster.commands import Shell
from cluster.engine import Engine
from cluster.places import RECIPES, SCRATCH
from cluster.store import content_key

_FILES = RECIPES / "extras" / "kwok"
_DELETE = ("kubectl", "delete", "--ignore-not-found", "--wait=false", "-f", _FILES / "proof.yaml")


def image_name() -> str:
    return f"codeexec/kwok:dev-{content_key(tools.KWOK.key, _FILES / 'Dockerfile')}"


def build(sh: Shell, engine: Engine) -> str:
    if engine.has_image(sh, image_name()):
        return "cached"
    tools.KWOK.build(sh)
    context = SCRATCH / "kwok-image"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    shutil.copy(_FILES / "Dockerfile", context)
    shutil.copy(tools.KWOK.program("kwok"), context)
    engine.docker(sh, "build", "-t", image_name(), context)
    engine.forget_older(sh, image_name(), 1)
    return "built"


def install(sh: Shell, engine: Engine) -> str:
    """In the cluster and seen at work: a Pod on a fake node becomes Running."""
    kind.load(sh, engine, [image_name()])
    kubectl = kind.shell(sh, engine)
    manifest = (_FILES / "kwok.yaml").read_text(encoding="utf-8").replace("@KWOK@", image_name())
    kubectl.run("kubectl", "apply", "-f", "-", stdin=manifest.encode())
    kubectl.run("kubectl", "-n", "kube-system", "rollout", "status", "deployment/kwok", "--timeout=90s")
    kubectl.run("kubectl", "apply", "-f", _FILES / "proof.yaml")
    try:
        kubectl.run("kubectl", "wait", "--for=condition=Ready", "node/kwok-proof", "pod/kwok-proof", "--timeout=60s")
    finally:
        kubectl.ask(*_DELETE)
    return "plays nodes"
