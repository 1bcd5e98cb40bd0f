"""What is written into a policy's status: whether it can be used, and why not."""

from datetime import datetime
from typing import Any

from codeexec.domain.output import bounded
from codeexec.models.conditions import Condition, ConditionStatus
from codeexec.models.policy import PolicyMetadata, PolicyStatus

INVALID_PATTERN = "InvalidPattern"
INVALID_SPEC = "InvalidSpec"


def verified(
    meta: PolicyMetadata, before: PolicyStatus, reason: str, message: str, now: datetime
) -> dict[str, Any] | None:
    """A merge patch, or None when the status says so already. An empty `reason`: the policy can be used.

    kstatus takes Ready=False for "still going on", so a policy that cannot be used is also Stalled.
    """
    ready: ConditionStatus = "False" if reason else "True"
    stalled: ConditionStatus = "True" if reason else "False"
    wanted = (("Ready", ready, reason or "Usable"), ("Stalled", stalled, reason or "Usable"))
    conditions = tuple(_condition(meta, before, *one, bounded(message), now) for one in wanted)
    status = PolicyStatus(observed_generation=meta.generation, conditions=conditions)
    if status == before:
        return None
    return {"metadata": {"resourceVersion": meta.resource_version, "uid": meta.uid}, "status": status.manifest()}


def _condition(
    meta: PolicyMetadata,
    before: PolicyStatus,
    kind: str,
    status: ConditionStatus,
    reason: str,
    message: str,
    now: datetime,
) -> Condition:
    old = next((condition for condition in before.conditions if condition.type == kind), None)
    since = old.last_transition_time if old and old.status == status else now.replace(microsecond=0)
    return Condition(
        type=kind,
        status=status,
        observed_generation=meta.generation,
        last_transition_time=since,
        reason=reason,
        message=message,
    )
