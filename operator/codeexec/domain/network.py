"""The standing NetworkPolicies of a namespace: sandboxes talk to nobody, and nobody to them; those whose program was
granted the network may call out of the cluster."""

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


# What the grant never opens: this cluster and its neighbourhood, and the metadata services of cloud machines.
_PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
_PRIVATE_6 = ("::1/128", "fc00::/7", "fe80::/10")
_DNS = [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]


def render_granted(namespace: str) -> dict[str, Any]:
    """Adds to the one above (policies are a union): public addresses, and the cluster's own name service."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": labels.NETWORK_POLICY_GRANTED, "namespace": namespace, "labels": dict(labels.MANAGED_BY)},
        "spec": {
            "podSelector": {"matchLabels": {labels.SANDBOX: "true", labels.NETWORK: "granted"}},
            "policyTypes": ["Egress"],
            "egress": [
                {
                    "to": [
                        {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(_PRIVATE)}},
                        {"ipBlock": {"cidr": "::/0", "except": list(_PRIVATE_6)}},
                    ]
                },
                {
                    "to": [
                        {
                            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                        }
                    ],
                    "ports": _DNS,
                },
            ],
        },
    }
