"""The standing NetworkPolicies of a namespace: there, and still what we made, before a sandbox is created."""

from typing import Any

from codeexec.domain.network import render_deny_all, render_granted
from codeexec.kube.api import KubeApi
from codeexec.kube.errors import Conflict, NotFound, Refused
from codeexec.kube.resources import NETWORK_POLICIES


async def ensure_isolation(api: KubeApi, namespace: str, *, network: bool) -> None:
    """Looks each time: a namespace may be deleted and made again under its name between two runs.

    Raises Refused when a policy of that name is there but not ours to the letter: it would isolate nothing.
    """
    await _ensure(api, namespace, render_deny_all(namespace))
    if network:
        await _ensure(api, namespace, render_granted(namespace))


async def _ensure(api: KubeApi, namespace: str, wanted: dict[str, Any]) -> None:
    name = wanted["metadata"]["name"]
    try:
        found = await api.get(NETWORK_POLICIES, namespace, name)
    except NotFound:
        try:
            found = await api.create(NETWORK_POLICIES, namespace, wanted)
        except Conflict:
            found = await api.get(NETWORK_POLICIES, namespace, name)
    if found["spec"] != wanted["spec"]:
        raise Refused(
            f"NetworkPolicy {name} of namespace {namespace} was changed and is no longer what holds sandboxes; delete "
            "it, and it is made again",
            409,
        )
