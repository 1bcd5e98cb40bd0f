"""What is written into a policy's status: whether it can be used, and why not."""

from datetime import datetime
from typing import Any

from codeexec.domain.conditions import turned
from codeexec.domain.output import bounded
from codeexec.models.conditions import ConditionStatus
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
    why, message = reason or "Usable", bounded(message)
    conditions = (
        turned(before.conditions, "Ready", ready, why, message, meta.generation, now),
        turned(before.conditions, "Stalled", stalled, why, message, meta.generation, now),
    )
    status = PolicyStatus(observed_generation=meta.generation, conditions=conditions)
    if status == before:
        return None
    return {"metadata": {"resourceVersion": meta.resource_version, "uid": meta.uid}, "status": status.manifest()}
