"""A first program from YAML to verdict, every command shown as one would type it."""

from __future__ import annotations

import shlex
import sys

from cluster import context, kind
from cluster.commands import Shell, Trouble
from cluster.places import REPO

NAMESPACE = "demo"
_SAMPLE = "manifests/samples/hello.yaml"
_RESTRICTED = "pod-security.kubernetes.io/enforce=restricted"


def show(sh: Shell) -> None:
    """Starts afresh each time: a finished run is never run again, so the last one goes first."""
    kubectl = kind.with_programs(sh, context.kubeconfig(sh))

    def say(*words: str, seconds: float = 90) -> str:
        print(f"\n$ {shlex.join(words)}", flush=True)
        code, out, err = kubectl.ask(*words, cwd=REPO, timeout=seconds)
        sys.stdout.write(out)
        if code:
            raise Trouble(f"that failed: {err.strip() or code}")
        return out

    on = ("kubectl", "-n", NAMESPACE)
    if not kubectl.succeeds("kubectl", "get", "namespace", NAMESPACE):
        say("kubectl", "create", "namespace", NAMESPACE)
    say("kubectl", "label", "namespace", NAMESPACE, _RESTRICTED, "--overwrite")
    kubectl.read(*on, "delete", "--ignore-not-found", "-f", REPO / _SAMPLE)
    say(*on, "apply", "-f", _SAMPLE)
    say(*on, "wait", "cx/hello", "--for=condition=Succeeded", "--timeout=60s")
    say(*on, "get", "cx")
    say(*on, "get", "cx", "hello", "-o", "jsonpath={.status.output}")
    print(
        '\nGo on with:\n  eval "$(make -s env)"\n'
        f"  kubectl config set-context --current --namespace {NAMESPACE}\n"
        "  kubectl apply -f manifests/samples\n  kubectl get cx --watch\n"
        "`make cluster-down` takes the cluster away and keeps what was built."
    )
