"""The steps that `decide` can answer with; `runtime.steps` takes them."""

from dataclasses import dataclass
from datetime import datetime

from codeexec.domain.checked import Checked
from codeexec.domain.policy import EffectivePolicy
from codeexec.domain.sandbox import Sandbox
from codeexec.domain.verdict import Verdict
from codeexec.models.status import AppliedPolicy, EffectiveLimits


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do until something changes, or until `until`."""

    until: datetime | None = None
    in_line: bool = False
    """What has to change is that a slot becomes free."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Say that it waits for a free slot."""


@dataclass(frozen=True, slots=True)
class Check:
    """Have its code checked against this policy."""

    policy: EffectivePolicy


@dataclass(frozen=True, slots=True)
class CreateSandbox:
    attempt: int
    limits: EffectiveLimits


@dataclass(frozen=True, slots=True)
class Claim:
    """Name this Pod in status, under a precondition. Only then may the job be sent to it."""

    sandbox: Sandbox
    limits: EffectiveLimits
    policy: AppliedPolicy
    checked: Checked | None = None
    """None for another attempt by a process that did not make the first."""


@dataclass(frozen=True, slots=True)
class Deliver:
    sandbox: Sandbox
    limits: EffectiveLimits
    policy: AppliedPolicy


@dataclass(frozen=True, slots=True)
class ReadLog:
    """The stream did not bring the whole record; the container log has it."""

    sandbox: Sandbox


@dataclass(frozen=True, slots=True)
class Finish:
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A spec that changed after the end (cancel, TTL) has been seen; the verdict stays as it is."""


@dataclass(frozen=True, slots=True)
class DeleteSandbox:
    sandbox: Sandbox


@dataclass(frozen=True, slots=True)
class DeleteExecution:
    """Only when its own spec asks for it."""


Step = (
    Wait
    | Queue
    | Check
    | CreateSandbox
    | Claim
    | Deliver
    | ReadLog
    | Finish
    | Acknowledge
    | DeleteSandbox
    | DeleteExecution
)
