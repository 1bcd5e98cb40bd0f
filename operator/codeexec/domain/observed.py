"""What is known about a CodeExecution at one moment: all that `decide` sees."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from codeexec.domain.checked import Checked
from codeexec.domain.policy import EffectivePolicy, Refusal, effective, effective_limits
from codeexec.domain.record import Record
from codeexec.domain.sandbox import Sandbox
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import Reason
from codeexec.models.status import AppliedPolicy, EffectiveLimits

ATTACH_PAUSE = timedelta(milliseconds=100)
ATTACH_PAUSE_MOST = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What this process itself knows about handing over the job; empty after a restart."""

    claimed: str = ""
    """uid of the Pod this process claimed."""
    active: bool = False
    seen_running: bool = False
    """The claimed Pod was seen running: from then on somebody else, who does not know of us, may have used it."""
    sent: bool = False
    """At least one byte of the job may have left us."""
    failures: int = 0
    """How often the stream could not be had, or broke off, before the first byte was sent."""
    not_before: datetime | None = None
    """Back-off after a failure."""
    problem: str = ""
    """The last failure, in words."""

    def failed(self, problem: str, now: datetime) -> "Delivery":
        """Without a stream; the pause doubles up to five seconds."""
        pause = min(ATTACH_PAUSE * 2**self.failures, ATTACH_PAUSE_MOST)
        failures = min(self.failures + 1, 10)
        return replace(self, active=False, failures=failures, not_before=now + pause, problem=problem)


@dataclass(frozen=True, slots=True)
class Trouble:
    """The API server refuses to make a sandbox."""

    since: datetime
    message: str
    reason: Reason = Reason.SANDBOX_ERROR


@dataclass(frozen=True, slots=True)
class Observed:
    execution: CodeExecution
    policy: EffectivePolicy | Refusal
    sandboxes: tuple[Sandbox, ...]
    """Pods of this execution in the cluster, oldest attempt first. Complete: a missing one is gone."""
    delivery: Delivery
    record: Record | None
    log_read: bool
    slot_free: bool
    trouble: Trouble | None
    now: datetime
    checked: Checked | None = None
    """None until its code has been checked against this version of the policy, by this process."""
    checking: bool = False
    size: int = 0
    """Bytes of the execution as stored, as long as no sandbox is claimed."""

    @property
    def claimed(self) -> Sandbox | None:
        """The Pod that status names, if it is still there."""
        ref = self.execution.status.sandbox
        return next((s for s in self.sandboxes if ref and s.uid == ref.uid), None)

    @property
    def limits(self) -> EffectiveLimits:
        """Fixed by the claim; a policy that changes later does not change a run."""
        if self.execution.status.limits:
            return self.execution.status.limits
        return effective_limits(self.execution, self._policy)

    @property
    def applied(self) -> AppliedPolicy:
        """Fixed by the claim, likewise."""
        return self.execution.status.policy or self._policy.applied

    @property
    def _policy(self) -> EffectivePolicy:
        """A refused run comes here only with a status that no claim has written: the built-in one, then."""
        if isinstance(self.policy, EffectivePolicy):
            return self.policy
        return effective(None, self.execution.spec.language)
