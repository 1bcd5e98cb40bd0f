"""The standing deny-all NetworkPolicy of a namespace: there, and still what we made, before a sandbox is created."""

from codeexec.domain import labels
from codeexec.domain.network import render_deny_all
from codeexec.kube.api import KubeApi
from codeexec.kube.errors import Conflict, NotFound, Refused
from codeexec.kube.resources import NETWORK_POLICIES


async def ensure_isolation(api: KubeApi, namespace: str) -> None:
    """Looks each time: a namespace may be deleted and made again under its name between two runs.

    Raises Refused when a policy of that name is there but not ours to the letter: it would isolate nothing.
    """
    wanted = render_deny_all(namespace)
    try:
        found = await api.get(NETWORK_POLICIES, namespace, labels.NETWORK_POLICY)
    except NotFound:
        try:
            found = await api.create(NETWORK_POLICIES, namespace, wanted)
        except Conflict:
            found = await api.get(NETWORK_POLICIES, namespace, labels.NETWORK_POLICY)
    if found["spec"] != wanted["spec"]:
        raise Refused(
            f"NetworkPolicy {labels.NETWORK_POLICY} of namespace {namespace} was changed and no longer denies all "
            "traffic of sandboxes; delete it, and it is made again",
            409,
        )
