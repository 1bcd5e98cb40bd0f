"""Says in every SandboxPolicy's status whether it can be used. A run does not depend on it: it asks itself."""

import logging
from typing import Any

from pydantic import ValidationError

from codeexec.domain.policy_status import INVALID_PATTERN, INVALID_SPEC, verified
from codeexec.kube.errors import Conflict, NotFound
from codeexec.kube.resources import SANDBOXPOLICIES, Key, key_of
from codeexec.models.policy import PolicyMetadata, PolicyStatus, SandboxPolicy
from codeexec.runtime.context import Context
from codeexec.runtime.observe import first_problem
from codeexec.runtime.queue import KeyedQueue

_LOG = logging.getLogger("codeexec.policy")


class PolicyReconciler:
    def __init__(self, context: Context, queue: KeyedQueue[Key]) -> None:
        self._context = context
        self._queue = queue

    def changed(self, _kind: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        self._queue.add(key_of(new or old or {}))

    async def reconcile(self, key: Key) -> None:
        found = self._context.policies.get(key)
        if found is None:
            self._queue.forget(key)
            return
        meta = PolicyMetadata.model_validate(found["metadata"])
        reason, message = await self._problem(found)
        patch = verified(meta, _readable(found.get("status")), reason, message, self._context.now())
        if patch is None:
            return
        if reason:
            _LOG.warning("policy cannot be used", extra={"namespace": key[0], "policy": key[1], "error": message})
        try:
            namespace, name = key
            await self._context.api.patch(SANDBOXPOLICIES, namespace, name, patch, subresource="status")
        except (Conflict, NotFound) as error:  # it has changed, and the watch brings what it is now
            _LOG.debug("policy changed meanwhile", extra={"policy": name, "error": error.message})

    async def _problem(self, found: dict[str, Any]) -> tuple[str, str]:
        try:
            policy = SandboxPolicy.model_validate(found)
        except ValidationError as error:
            return INVALID_SPEC, first_problem(error)
        meta = policy.metadata
        why = await self._context.validator.problem(policy.spec.validation, meta.uid, meta.generation)
        return (INVALID_PATTERN, why) if why else ("", "")


def _readable(status: dict[str, Any] | None) -> PolicyStatus:
    try:
        return PolicyStatus.model_validate(status or {})
    except ValidationError:
        return PolicyStatus()
