"""Proof that the ground holds before anybody builds on it: hardened Pods, their streams, out-of-memory, NetworkPolicy.

Every negative has its control: the stranger who must be refused is first seen to connect, and a connection counts only
when the server's own word comes back, because some networks answer for any address.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster.commands import Shell, Trouble

NAMESPACE = "codeexec-ground"
PATIENCE = 90.0  # seconds for any one thing to happen
POLICY_PATIENCE = 20.0  # seconds for a policy to be in force
_PORT = 8000

_WAIT = "import time; print('up', flush=True); time.sleep(3600)"
_ECHO = "import sys; print('heard ' + sys.stdin.readline().strip(), flush=True)"
_EAT = "hoard = [bytearray(b'x' * (8 << 20)) for _ in range(64)]"
_SERVE = f"""
import socket, sys
server = socket.create_server(('', {_PORT}))
while True:
    client, _ = server.accept()
    client.sendall(sys.argv[1].encode())
    client.close()
"""
_CALL = f"""
import socket, sys
try:
    with socket.create_connection((sys.argv[1], {_PORT}), timeout=2) as server:
        server.settimeout(2)
        print(server.recv(64).decode())
except OSError as problem:
    print('refused:', problem)
"""


def pod(name: str, image: str, command: Sequence[str], *, runtime_class: str = "") -> dict[str, object]:
    """Passes Pod Security `restricted`, and has a read-only root besides."""
    container: dict[str, object] = {
        "name": "main",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": list(command),
        "stdin": True,
        "stdinOnce": True,
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "1", "memory": "96Mi"}},
        "securityContext": {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        },
    }
    spec: dict[str, object] = {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
    }
    if runtime_class:
        spec["runtimeClassName"] = runtime_class
    meta = {"name": name, "namespace": NAMESPACE, "labels": {"ground": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def _only_friends() -> dict[str, object]:
    friends = {"from": [{"podSelector": {"matchLabels": {"ground": "friend"}}}]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "only-friends", "namespace": NAMESPACE},
        "spec": {
            "podSelector": {"matchLabels": {"ground": "server"}},
            "policyTypes": ["Ingress"],
            "ingress": [friends],
        },
    }


def _namespace() -> dict[str, object]:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


@dataclass(frozen=True)
class Ground:
    """One proof on whatever cluster the shell's KUBECONFIG names."""

    sh: Shell
    image: str

    def prove(self, runtime_classes: Sequence[str] = ()) -> str:
        self._gone()
        try:
            self._apply(_namespace())
            self._until("the namespace's service account", self._has_account)
            word = secrets.token_hex(8)
            python = ("python3", "-u", "-c")
            self._apply(
                pod("hardened", self.image, [*python, _WAIT]),
                pod("echo", self.image, [*python, _ECHO]),
                pod("eater", self.image, [*python, _EAT]),
                pod("server", self.image, [*python, _SERVE, word]),
                pod("friend", self.image, [*python, _WAIT]),
                pod("stranger", self.image, [*python, _WAIT]),
                *(pod(f"under-{name}", self.image, [*python, _WAIT], runtime_class=name) for name in runtime_classes),
            )
            self._streams()
            self._out_of_memory()
            self._network(word)
            for name in runtime_classes:
                self._until(f"a Pod under runtime class {name}", lambda n=name: self._phase(f"under-{n}") == "Running")
        finally:
            self.sh.ask("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")
        return "holds"

    def _streams(self) -> None:
        self._until("a hardened Pod that runs", lambda: self._phase("hardened") == "Running")
        self._until("its log", lambda: self._kubectl("logs", "hardened").strip() == "up")
        said = self._kubectl("exec", "hardened", "--", "python3", "-c", "import os; print(os.getuid())")
        if said.strip() != "10001":
            raise Trouble(f"exec into a Pod answered {said!r} instead of its user id")
        self._until("the Pod that echoes", lambda: self._phase("echo") == "Running")
        word = secrets.token_hex(8)
        heard = self.sh.read(
            "kubectl", "-n", NAMESPACE, "attach", "-i", "-q", "echo", stdin=f"{word}\n".encode(), timeout=30
        )
        if f"heard {word}" not in heard:
            raise Trouble(f"attach with stdin answered {heard!r}")

    def _out_of_memory(self) -> None:
        def reason() -> str:
            path = "jsonpath={.status.containerStatuses[0].state.terminated.reason}"
            return self._kubectl("get", "pod", "eater", "-o", path)

        self._until("an out-of-memory kill to be reported", lambda: reason() == "OOMKilled")

    def _network(self, word: str) -> None:
        for name in ("server", "friend", "stranger"):
            self._until(f"the {name} Pod", lambda n=name: self._phase(n) == "Running")
        address = self._kubectl("get", "pod", "server", "-o", "jsonpath={.status.podIP}")

        def reaches(who: str) -> bool:
            said = self._kubectl("exec", who, "--", "python3", "-c", _CALL, address)
            return said.strip() == word

        self._until("a connection without a policy", lambda: reaches("stranger"))
        self._apply(_only_friends())
        self._until("a NetworkPolicy to be enforced", lambda: not reaches("stranger"), POLICY_PATIENCE)
        self._until("an allowed connection under it", lambda: reaches("friend"), POLICY_PATIENCE)
        if reaches("stranger"):
            raise Trouble("a connection that a NetworkPolicy forbids succeeded again")

    def _describe(self) -> None:
        """For the log: what the Pods, the cluster's network and its policies have to say."""
        for words in (
            ("-n", "kube-system", "logs", "-l", "k8s-app in (kube-router, kindnet)", "--tail=60"),
            ("get", "pods", "-A", "-o", "wide"),
            ("-n", NAMESPACE, "get", "events,networkpolicies"),
            ("-n", NAMESPACE, "describe", "pods"),
        ):
            _, out, err = self.sh.ask("kubectl", *words)
            self.sh.note(out + err)

    def _gone(self) -> None:
        """A proof that was killed leaves its namespace."""
        self.sh.read("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=60s")

    def _has_account(self) -> bool:
        return self.sh.succeeds("kubectl", "-n", NAMESPACE, "get", "serviceaccount", "default")

    def _phase(self, name: str) -> str:
        status = json.loads(self._kubectl("get", "pod", name, "-o", "json") or '{"status": {}}')["status"]
        for container in status.get("containerStatuses", []):
            waiting: Mapping[str, str] = container["state"].get("waiting") or {}
            if waiting.get("reason", "").startswith(("ErrImage", "ImagePull", "InvalidImage")):
                raise Trouble(
                    f"the cluster has no image {self.image} and cannot pull it: {waiting.get('message', '')}. "
                    "In a cluster of your own the images are yours to provide."
                )
        return str(status.get("phase"))

    def _kubectl(self, *words: str) -> str:
        code, out, err = self.sh.ask("kubectl", "-n", NAMESPACE, *words, timeout=30)
        if code:
            self.sh.note(err)
        return out

    def _apply(self, *things: Mapping[str, object]) -> None:
        whole = {"apiVersion": "v1", "kind": "List", "items": list(things)}
        self.sh.run("kubectl", "apply", "-f", "-", stdin=json.dumps(whole).encode())

    def _until(self, what: str, holds: object, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while not (callable(holds) and holds()):
            if time.monotonic() > deadline:
                self._describe()
                raise Trouble(f"the ground does not hold: waited {seconds:.0f} s in vain for {what}")
            time.sleep(0.2)
