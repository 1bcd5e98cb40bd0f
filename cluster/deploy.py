"""The operator into the cluster: manifests/install, with this checkout's images in place of the release's."""

from __future__ import annotations

import json
import re

from cluster import context, images, kind
from cluster.commands import Shell, Trouble
from cluster.places import REPO

INSTALL = REPO / "manifests" / "install"
PATIENCE = 120  # seconds for a rollout
_APPLY = ("kubectl", "apply", "--server-side", "--force-conflicts", "--field-manager=codeexec-install", "-f", "-")


def rendered(kubectl: Shell) -> str:
    """In a cluster of the user's own the images are named as released; there they are the user's to provide."""
    text = kubectl.read("kubectl", "kustomize", INSTALL)
    if context.chosen():
        return text
    for image, name in images.names().items():
        text = re.sub(rf"\bcodeexec/{re.escape(image)}:[0-9][\w.-]*", name, text)
    return text


def deploy(sh: Shell) -> None:
    """Applies, waits until the API serves our kinds and the operator has rolled out."""
    kubectl = kind.with_programs(sh, context.kubeconfig(sh))
    text = rendered(kubectl)
    definitions = [
        part for part in re.split(r"^---\n", text, flags=re.MULTILINE) if "kind: CustomResourceDefinition" in part
    ]
    if definitions:
        kubectl.read(*_APPLY, stdin="---\n".join(definitions).encode())
        kubectl.read("kubectl", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    applied = json.loads(kubectl.read(*_APPLY, "-o", "json", stdin=text.encode()))
    for thing in applied.get("items", [applied]):
        if thing["kind"] in ("Deployment", "DaemonSet", "StatefulSet"):
            name, namespace = thing["metadata"]["name"], thing["metadata"]["namespace"]
            words = ("rollout", "status", f"{thing['kind']}/{name}", "-n", namespace, f"--timeout={PATIENCE}s")
            code, out, err = kubectl.ask("kubectl", *words)
            if code:
                raise _not_rolled_out(kubectl, namespace, out + err)
    print(f"deployed: {len(applied.get('items', [applied]))} objects")


def _not_rolled_out(kubectl: Shell, namespace: str, said: str) -> Exception:
    pods = kubectl.ask("kubectl", "-n", namespace, "get", "pods", "-o", "wide")[1]
    log = kubectl.ask("kubectl", "-n", namespace, "logs", "-l", "app.kubernetes.io/name=codeexec", "--tail=40")[1]
    return Trouble(f"the operator did not come up within {PATIENCE} s: {said.strip()}\n{pods}\n{log}")
