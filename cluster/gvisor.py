"""GVISOR=1: runsc in the node, as runtime class `gvisor`. A thin image over the node image, so either way is quick.

gVisor is built from a patched copy of its module: unpatched it starts no Pod in a kind node on cgroup v1, nor where
oom_score_adj may not be lowered. The patches change nothing elsewhere.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from cluster import packages
from cluster.commands import Shell, Trouble
from cluster.engine import Engine
from cluster.golang import go_shell
from cluster.places import RECIPES, SCRATCH
from cluster.store import artefact, content_key, keep

RUNTIME_CLASS = "gvisor"
_MODULE = "gvisor.dev/gvisor"
_VERSION = "v0.0.0-20260401210515-bd14d77aaa1f"
_SUM = "h1:rsRWTQUq+rLCM6sbybTEczXZeJpirCXZ+Z/ToNzjyVM="  # the checksum database does not answer for this module
_RECIPE = RECIPES / "modules" / "gvisor"
_FILES = RECIPES / "extras" / "gvisor"


def _key() -> str:
    return content_key("gvisor 1", _RECIPE, _VERSION, _SUM)


def build(sh: Shell) -> str:
    def compile_into(into: Path) -> None:
        work = SCRATCH / "gvisor"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(_RECIPE, work)
        packages.install(sh, "patch")
        go = go_shell(sh).with_env(GONOSUMDB=_MODULE)
        got = json.loads(go.read("go", "mod", "download", "-json", f"{_MODULE}@{_VERSION}", cwd=SCRATCH))
        if got["Sum"] != _SUM:
            raise Trouble(f"{_MODULE} {_VERSION} is {got['Sum']}, not the known {_SUM}")
        shutil.copytree(got["Dir"], work / "patched")
        sh.run("chmod", "-R", "u+w", work)
        for patch in sorted(work.glob("*.patch")):
            sh.run("patch", "-p1", "-i", patch, cwd=work / "patched")
        go.run("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", f"{into}/", "tool", cwd=work)
        (into / "shim").rename(into / "containerd-shim-runsc-v1")
        shutil.rmtree(work)

    return "built" if keep("gvisor", _key(), compile_into) else "cached"


def image_name(base: str) -> str:
    return f"codeexec/kind-node-gvisor:{content_key(base, _key(), _FILES, Path(__file__))}"


def build_image(sh: Shell, engine: Engine, base: str) -> str:
    name = image_name(base)
    if engine.has_image(sh, name):
        return "cached"
    context = SCRATCH / "gvisor-image"
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(artefact("gvisor", _key()), context)
    shutil.copytree(_FILES, context, dirs_exist_ok=True)
    engine.docker(sh, "build", "--network", "none", "--build-arg", f"BASE={base}", "-t", name, context)
    engine.forget_older(sh, name, 1)
    return "built"


def install(kubectl: Shell) -> None:
    kubectl.run("kubectl", "apply", "-f", _FILES / "runtime-class.yaml")
