"""How a condition comes to its next state."""

from collections.abc import Iterable
from datetime import datetime

from codeexec.models.conditions import Condition, ConditionStatus


def turned(
    before: Iterable[Condition],
    kind: str,
    status: ConditionStatus,
    reason: str,
    message: str,
    generation: int,
    now: datetime,
) -> Condition:
    """It keeps its time as long as it keeps its status. Times in Kubernetes are whole seconds."""
    old = next((condition for condition in before if condition.type == kind), None)
    since = old.last_transition_time if old and old.status == status else now
    return Condition(
        type=kind,
        status=status,
        observed_generation=generation,
        last_transition_time=since.replace(microsecond=0),
        reason=reason,
        message=message,
    )
