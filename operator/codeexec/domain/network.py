"""The standing NetworkPolicy of a namespace: sandboxes talk to nobody, and nobody to them."""

from typing import Any

from codeexec.domain import labels


def render_deny_all(namespace: str) -> dict[str, Any]:
    """Made before the first sandbox of a namespace; never deleted by us, so that a stolen token could not either."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": labels.NETWORK_POLICY, "namespace": namespace, "labels": dict(labels.MANAGED_BY)},
        "spec": {
            "podSelector": {"matchLabels": {labels.SANDBOX: "true"}},
            "policyTypes": ["Ingress", "Egress"],
        },
    }
