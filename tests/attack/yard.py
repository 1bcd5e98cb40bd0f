"""Pods of controls: like a sandbox, less the defence in question. They live in a namespace of their own, which allows
it."""

import base64
import hashlib
import json
import shlex
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from codeexec.domain.job import job
from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.pod import Site, render_pod
from codeexec.domain.policy import effective, effective_limits
from codeexec.models.execution import CodeExecution
from codeexec.models.spec import Language
from tests.attack.attack import Attack, Bare, Loosened, Object
from tests.harness.namespaces import OF_TESTS

CONTAINER = "sandbox"
USER = 61_001
"""Above those of sandboxes: the kernel counts tasks per user."""

_WAITS = """
import os, signal, socket, sys
hoard = bytearray(b"@CANARY@")
pipe, pair = os.pipe(), socket.socketpair()
signal.pause()
"""
_FILES = {
    "python": "main.py",
    "c": "main.c",
    "cpp": "main.cpp",
    "rust": "main.rs",
    "java": "Main.java",
    "go": "main.go",
}
_RUN = {
    "python": "exec python3 -u main.py @TOKEN@",
    "c": "gcc -std=gnu23 -O1 -w -I. -o main main.c -lm && exec ./main @TOKEN@",
    "cpp": "g++ -O1 -w -I. -o main main.cpp && exec ./main @TOKEN@",
    "rust": "rustc @/usr/local/lib/codeexec/rust.args -o main main.rs && exec ./main @TOKEN@",
}


def image_of(attack: Attack) -> str:
    return TOOLCHAINS[Language(attack.language)].image


def pod_of(attack: Attack, control: Bare) -> str:
    """Name of the Pod; controls that want the same one share it."""
    if control.own or control.pid_1:
        return f"own-{attack.id}"
    shape = (control.seccomp, control.root, control.privileged, control.capabilities, control.host_pid)
    key = hashlib.sha256(json.dumps([*shape, control.no_new_privileges]).encode()).hexdigest()[:8]
    return f"shared-{image_of(attack)}-{key}"


def bare(name: str, image: str, control: Bare, canary: str) -> Object:
    first = (control.pid_1 or _WAITS).replace("@CANARY@", canary)
    python = "/python:" in image
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": dict(OF_TESTS)},
        "spec": {
            "restartPolicy": "Never",
            "activeDeadlineSeconds": 1200,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "hostPID": control.host_pid,
            "securityContext": {"seccompProfile": {"type": control.seccomp}},
            "containers": [
                {
                    "name": CONTAINER,
                    "image": image,
                    "imagePullPolicy": "IfNotPresent",
                    "command": ["python3", "-u", "-c", first] if python else ["sleep", "3600"],
                    "resources": {"requests": {"memory": "32Mi", "cpu": "1m"}, "limits": {"memory": "2Gi"}},
                    "securityContext": _context(control),
                    "volumeMounts": [
                        {"name": "workspace", "mountPath": "/workspace"},
                        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 the Pod's own
                    ],
                }
            ],
            "volumes": [{"name": volume, "emptyDir": {"medium": "Memory"}} for volume in ("workspace", "tmp")],
        },
    }


def _context(control: Bare) -> Object:
    if control.privileged:
        return {"privileged": True, "runAsUser": 0}
    user = 0 if control.root else USER
    return {
        "runAsUser": user,
        "runAsGroup": user,
        "allowPrivilegeEscalation": not control.no_new_privileges or bool(control.capabilities),
        "capabilities": {"drop": ["ALL"], "add": list(control.capabilities)},
    }


def script(attack: Attack, control: Bare, files: Sequence[dict[str, str]]) -> str:
    """For a shell in such a Pod; the program comes on its stdin, its files in the script."""
    file = _FILES.get(attack.language, "main.js")
    run = control.command or _RUN[attack.language]
    laid = "".join(_laid(each) for each in files)
    return f"mkdir -p /workspace/@TOKEN@ && cd /workspace/@TOKEN@ && cat > {file} && {laid} {{ {run}\n}} </dev/null"


def _laid(file: dict[str, str]) -> str:
    packed = file.get("contentBase64") or base64.b64encode(file["content"].encode()).decode()
    path = shlex.quote("./" + file["path"])
    return f"mkdir -p -- $(dirname -- {path}) && echo {packed} | base64 -d > {path} && "


def loosened(name: str, obj: Object, image: str, control: Loosened) -> tuple[Object, Object]:
    """The Pod and its job."""
    born = {"uid": str(uuid.uuid4()), "namespace": "x", "resourceVersion": "1", "creationTimestamp": datetime.now(UTC)}
    execution = CodeExecution.model_validate({**obj, "metadata": {**obj["metadata"], **born}})
    policy = effective(None, execution.spec.language)
    limits = effective_limits(execution, policy)
    pod: dict[str, Any] = render_pod(execution, limits, 0, USER + 1, Site(image, user_namespaces=True))
    pod["metadata"] = {"name": name, "labels": dict(OF_TESTS)}
    work = job(execution, limits, policy.applied)
    work["confine"] = {**work["confine"], **control.confine}
    return pod, {**work, "gate": "off"}


def said(log: str) -> str:
    """What the programs of a runner's record wrote, and the files that came back."""
    found = []
    for line in log.splitlines():
        if line.startswith("{"):
            message = json.loads(line)
            if "data" in message:
                found.append(base64.b64decode(message["data"]).decode(errors="replace"))
    return "".join(found)
