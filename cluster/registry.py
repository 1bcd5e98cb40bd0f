"""Whether an image registry answers: found out by pulling what is needed, once, and giving up soon.

A connection proves nothing, since some networks answer for every address; only an image that arrives does.
"""

from __future__ import annotations

import re

from cluster import tools
from cluster.commands import Shell
from cluster.engine import Engine
from cluster.golang import go_shell

PATIENCE = 15.0  # seconds for a registry to describe an image

_answered: dict[str, bool] = {}


def pull(sh: Shell, engine: Engine, image: str) -> bool:
    """True when the image is there. After one refusal nobody is asked again in this run."""
    if engine.has_image(sh, image):
        return True
    if _answered.get("registry") is False:
        return False
    docker = engine.shell(sh)
    if docker.succeeds("docker", "manifest", "inspect", image, timeout=PATIENCE):
        docker.run("docker", "pull", "-q", image)
        _answered["registry"] = True
        return True
    sh.note(f"no registry described {image} within {PATIENCE:.0f} s")
    _answered["registry"] = False
    return False


def kinds_node_image(sh: Shell) -> str:
    """The image, with its digest, that this version of kind was released with."""
    go = go_shell(sh)
    go.run("go", "mod", "download", "sigs.k8s.io/kind", cwd=tools.KIND.module)
    package = "sigs.k8s.io/kind/pkg/apis/config/defaults"
    folder = go.read("go", "list", "-f", "{{.Dir}}", package, cwd=tools.KIND.module).strip()
    with open(f"{folder}/image.go", encoding="utf-8") as source:
        found = re.search(r'Image = "([^"]+)"', source.read())
    return found.group(1) if found else ""
