"""The standing deny-all NetworkPolicy of each namespace: there, and still what we made, before a sandbox is created."""

import time

from codeexec.domain import labels
from codeexec.domain.network import render_deny_all
from codeexec.kube.api import KubeApi
from codeexec.kube.errors import Conflict, Refused
from codeexec.kube.resources import NETWORK_POLICIES

TRUST_SECONDS = 30.0
"""How long a look at the policy is believed. The runner's gate proves isolation in every Pod anyway."""


class Isolation:
    def __init__(self, api: KubeApi) -> None:
        self._api = api
        self._seen: dict[str, float] = {}

    async def ensure(self, namespace: str) -> None:
        """Raises Refused when a policy of that name is there but not ours to the letter: it would isolate nothing."""
        if time.monotonic() - self._seen.get(namespace, -TRUST_SECONDS) < TRUST_SECONDS:
            return
        wanted = render_deny_all(namespace)
        try:
            found = await self._api.create(NETWORK_POLICIES, namespace, wanted)
        except Conflict:
            found = await self._api.get(NETWORK_POLICIES, namespace, labels.NETWORK_POLICY)
        if found["spec"] != wanted["spec"]:
            raise Refused(
                f"NetworkPolicy {labels.NETWORK_POLICY} of namespace {namespace} was changed and no longer denies all "
                "traffic of sandboxes; delete it, and it is made again",
                409,
            )
        self._seen[namespace] = time.monotonic()
