"""KWOK=1: nodes and Pods that exist in the API alone, by the hundred, for tests of scale."""

from __future__ import annotations

import shutil
from pathlib import Path

from cluster import kind, tools
from cluster.commands import Shell
from cluster.engine import Engine
from cluster.golang import go_shell
from cluster.places import RECIPES, SCRATCH
from cluster.store import content_key

_FILES = RECIPES / "extras" / "kwok"
_DELETE = ("kubectl", "delete", "--ignore-not-found", "--wait=false", "-f", _FILES / "proof.yaml")


def image_name() -> str:
    return f"codeexec/kwok:dev-{content_key(tools.KWOK.key, _FILES / 'Dockerfile', Path(__file__))}"


def build(sh: Shell, engine: Engine) -> str:
    if engine.has_image(sh, image_name()):
        return "cached"
    tools.KWOK.build(sh)
    context = SCRATCH / "kwok-image"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    shutil.copy(_FILES / "Dockerfile", context)
    shutil.copy(tools.KWOK.program("kwok"), context)
    (context / "stages.yaml").write_text(_stages(sh), encoding="utf-8")
    engine.docker(sh, "build", "-t", image_name(), context)
    engine.forget_older(sh, image_name(), 1)
    return "built"


def _stages(sh: Shell) -> str:
    """How a fake Node and a fake Pod live: kwok's own quick stages, out of its module."""
    go = go_shell(sh)
    go.run("go", "mod", "download", "sigs.k8s.io/kwok", cwd=tools.KWOK.module)
    module = go.read("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok", cwd=tools.KWOK.module).strip()
    root = Path(module) / "kustomize" / "stage"
    folders = (root / "node" / "fast", root / "node" / "heartbeat-with-lease", root / "pod" / "fast")
    files = [file for folder in folders for file in sorted(folder.glob("*.yaml")) if file.stem != "kustomization"]
    return "---\n".join(file.read_text(encoding="utf-8") for file in files)


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
