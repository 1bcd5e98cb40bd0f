"""The sandbox Pod, rendered from a closed set of values: nothing of a user's text reaches it."""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from codeexec.domain import labels
from codeexec.domain.artifacts import owner
from codeexec.domain.job import wall_time
from codeexec.domain.limits import sandbox_memory, scratch_bytes
from codeexec.domain.quantity import cpu_millis, mebibytes
from codeexec.models.execution import CodeExecution
from codeexec.models.status import EffectiveLimits

UIDS = range(20_000, 60_000)
"""User ids of sandboxes: above a distribution's own, below 65,536 as user namespaces demand."""

START_SECONDS = 120
"""How long a Pod may take to start. Past its wall time plus this the kubelet kills it, with or without an operator."""


_NO_DNS = {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["127.0.0.1"]}}


@dataclass(frozen=True, slots=True)
class Site:
    """What the operator's configuration says about the cluster, and the image for the language."""

    image: str
    user_namespaces: bool


def pick_uid(execution_uid: str, taken: Collection[int]) -> int:
    """A user id that no live sandbox has: RLIMIT_NPROC counts per id and node, and runs must not starve each other."""
    start = zlib.crc32(execution_uid.encode()) % len(UIDS)
    for step in range(len(UIDS)):
        candidate = UIDS[(start + step) % len(UIDS)]
        if candidate not in taken:
            return candidate
    raise ValueError(f"all {len(UIDS)} sandbox user ids are in use")


def _cpu_request(limit: str) -> str:
    """A request above its limit is refused by the API server."""
    return "100m" if cpu_millis(limit) >= 100 else limit


def render_pod(execution: CodeExecution, limits: EffectiveLimits, attempt: int, uid: int, site: Site) -> dict[str, Any]:
    meta = execution.metadata
    memory, scratch = mebibytes(sandbox_memory(limits)), str(scratch_bytes(limits))
    network = execution.spec.access.network
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": labels.pod_name(meta.uid, attempt),
            "namespace": meta.namespace,
            "labels": {
                labels.SANDBOX: "true",
                labels.EXECUTION_UID: meta.uid,
                labels.LANGUAGE: execution.spec.language.value,
                labels.ATTEMPT: str(attempt),
                **({labels.NETWORK: "granted"} if network else {}),
                **labels.MANAGED_BY,
            },
            "ownerReferences": [owner(execution)],
        },
        "spec": {
            "restartPolicy": "Never",
            "activeDeadlineSeconds": int(wall_time(execution.spec, limits).total_seconds()) + START_SECONDS,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "hostUsers": not site.user_namespaces,
            "hostname": "sandbox",
            **({"dnsPolicy": "ClusterFirst"} if network else _NO_DNS),
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": uid,
                "runAsGroup": uid,
                "fsGroup": uid,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": labels.CONTAINER,
                    "image": site.image,
                    "imagePullPolicy": "IfNotPresent",
                    "stdin": True,
                    "stdinOnce": True,
                    # Memory request equals limit: a Pod that may use more than it asked for is the node's first victim.
                    "resources": {
                        "requests": {"cpu": _cpu_request(limits.cpu), "memory": memory},
                        "limits": {"cpu": limits.cpu, "memory": memory},
                    },
                    "securityContext": {
                        "readOnlyRootFilesystem": True,
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                    },
                    "volumeMounts": [
                        {"name": "workspace", "mountPath": "/workspace"},
                        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 a mount of the Pod's own, not a shared folder
                    ],
                }
            ],
            "volumes": [
                {"name": "workspace", "emptyDir": {"medium": "Memory", "sizeLimit": scratch}},
                {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": scratch}},
            ],
        },
    }
