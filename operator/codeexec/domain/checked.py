"""What the check of a run's code came to, before anything of it may start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from codeexec.domain.output import stored_bytes
from codeexec.domain.policy import Refusal
from codeexec.models.status import Violation

FINDINGS_BYTES = 32_000
"""Most bytes of findings in a status as stored; less where the spec leaves less."""


@dataclass(frozen=True, slots=True)
class Checked:
    at: datetime
    refusal: Refusal | None = None
    """Why it may not start. It has the findings then."""
    violations: tuple[Violation, ...] = ()
    """Warnings of code that may start, the worst first."""
    count: int = 0
    """How many findings there were, those that are not kept included."""


def fitting(found: Sequence[Violation], budget: int) -> tuple[Violation, ...]:
    """The first ones that take no more than `budget` bytes in the store."""
    kept, used = list[Violation](), 0
    for one in found:
        used += stored_bytes(one.manifest()) + len(",")
        if used > budget:
            break
        kept.append(one)
    return tuple(kept)
