"""The kinds of object codeexec touches, how their URLs are made, and how one object is named."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Object = dict[str, Any]
"""A Kubernetes object as it came from JSON. Kept as a plain dict: unknown fields must survive a round trip."""

Key = tuple[str, str]
"""(namespace, name); the namespace is "" for a cluster-scoped object."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind as the API server spells it; `group` is "" for the core group."""

    group: str
    version: str
    plural: str
    namespaced: bool = True

    def path(self, namespace: str | None, name: str = "", subresource: str = "") -> str:
        """The URL path of one object or, without a name, of the collection (`namespace` None: of all namespaces).

        Raises ValueError for a segment that would address something else: a DELETE of a nameless Pod deletes them all.
        """
        base = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        if self.namespaced and namespace is not None:
            base += f"/namespaces/{_segment(namespace)}"
        elif self.namespaced and name:
            raise ValueError(f"{self.plural} live in a namespace; none was given for {name!r}")
        path = f"{base}/{self.plural}"
        if name or subresource:
            path += f"/{_segment(name)}"
        return f"{path}/{subresource}" if subresource else path


def _segment(text: str) -> str:
    if text in ("", ".", ".."):
        raise ValueError(f"{text!r} cannot be the name of an object or a namespace")
    return quote(text, safe="")


def key_of(obj: Object) -> Key:
    """The (namespace, name) of an object."""
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def version_of(obj: Object) -> int:
    """`metadata.resourceVersion` as a number: comparable within a kind since Kubernetes 1.35. 0 if absent."""
    text = obj.get("metadata", {}).get("resourceVersion") or "0"
    return int(text) if text.isdecimal() else 0


PODS = Resource("", "v1", "pods")
CONFIG_MAPS = Resource("", "v1", "configmaps")
NETWORK_POLICIES = Resource("networking.k8s.io", "v1", "networkpolicies")
CODEEXECUTIONS = Resource("codeexec.dev", "v1alpha1", "codeexecutions")
SANDBOXPOLICIES = Resource("codeexec.dev", "v1alpha1", "sandboxpolicies")
