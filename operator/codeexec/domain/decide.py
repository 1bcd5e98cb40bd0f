"""The life of a run: one pure function from what is observed to the next step.

Two facts carry the once-only guarantee. A job is sent only to the Pod that `status.sandbox` names, and that name is
written under a resourceVersion precondition. A runner starts the first whole job it gets and never another. So user
code starts at most once as long as no second Pod is used after the first may have started it; `unstarted` and
`vanished` are the two rules that decide about a second Pod.
"""

from collections.abc import Callable
from datetime import timedelta

from codeexec.domain.job import wall_time
from codeexec.domain.observed import Observed
from codeexec.domain.output import ETCD_BYTES, other_bytes
from codeexec.domain.pod import START_SECONDS
from codeexec.domain.policy import EffectivePolicy, Refusal
from codeexec.domain.record import NOT_STARTED_CODES, Record, RunnerError
from codeexec.domain.refusals import refusal
from codeexec.domain.sandbox import Sandbox
from codeexec.domain.step import (
    Acknowledge,
    Check,
    Claim,
    CreateSandbox,
    DeleteExecution,
    DeleteSandbox,
    Deliver,
    Finish,
    Queue,
    ReadLog,
    Step,
    Wait,
)
from codeexec.domain.verdict import from_remains, judge, not_started, partial, refused, rejected
from codeexec.models.reasons import Reason

MAX_ATTEMPTS = 5
POLICY_PATIENCE = timedelta(seconds=5)
"""Policy and run are often applied together, and arrive in any order."""
POLICY_LOOK = timedelta(milliseconds=500)
IMAGE_PATIENCE = timedelta(seconds=20)
START_PATIENCE = timedelta(seconds=START_SECONDS)
REPORT_PATIENCE = timedelta(seconds=60)
"""Over the wall time and the start: when nothing has been heard by then, nothing will be."""

Rule = Callable[[Observed], Step | None]


def decide(o: Observed) -> Step:
    """The next step of one CodeExecution. Total: every observation has exactly one answer."""
    for rule in _RULES:
        if step := rule(o):
            return step
    return Wait()


def finished(o: Observed) -> Step | None:
    """A verdict is written and never changes; what is left is to clean up."""
    status, spec = o.execution.status, o.execution.spec
    if not status.finished:
        return None
    if status.observed_generation != o.execution.metadata.generation:
        return Acknowledge()
    inherited = o.policy.ttl_seconds if isinstance(o.policy, EffectivePolicy) else 0
    seconds = inherited if spec.ttl_seconds_after_finished is None else spec.ttl_seconds_after_finished
    reported = status.timeline and status.timeline.reported
    expiry = (reported or o.now) + timedelta(seconds=seconds)
    for sandbox in o.sandboxes:
        if not sandbox.leaving and (o.now >= expiry or _of_no_use(o, sandbox)):
            return DeleteSandbox(sandbox)
    if spec.ttl_deletes == "Execution" and o.now >= expiry:
        return DeleteExecution()
    return Wait(expiry) if o.now < expiry and (o.sandboxes or spec.ttl_deletes == "Execution") else Wait()


def _of_no_use(o: Observed, sandbox: Sandbox) -> bool:
    """Not the Pod of the verdict, or one that was given up before its runner had reported."""
    return sandbox != o.claimed or (not sandbox.over and o.execution.status.isolation is None)


def judged(o: Observed) -> Step | None:
    """The runner has reported."""
    if o.record is None or not (o.record.complete or o.log_read):
        return None
    if o.record.result:
        return Finish(judge(o.execution, o.record.result, o.record, o.limits))
    match o.record.error:
        case RunnerError(code="not-isolated", message=why):
            return Finish(not_started(Reason.NETWORK_NOT_ISOLATED, why))
        case RunnerError(code="not-confined", message=why):
            return Finish(not_started(Reason.ISOLATION_UNAVAILABLE, why))
        case RunnerError(code="broken", message=why):
            return interrupted(o, Reason.SANDBOX_ERROR, why)
    return None


def interrupted(o: Observed, reason: Reason, message: str) -> Finish:
    """A run that has been claimed and will not report any more."""
    return Finish(partial(o.execution, o.record, o.limits, reason, message))


def cancelled(o: Observed) -> Step | None:
    if not o.execution.spec.cancel:
        return None
    if o.execution.status.sandbox is None:
        return Finish(not_started(Reason.CANCELLED, "cancelled before it was started"))
    return interrupted(o, Reason.CANCELLED, "cancelled while it was running")


def unstarted(o: Observed) -> Step | None:
    """The claimed sandbox is over and certainly never started user code: another one may be used."""
    sandbox = o.claimed
    if sandbox is None or not sandbox.over or o.delivery.active:
        return None
    if sandbox.ended and sandbox.ended.never_ran:
        return _next_attempt(o, f"the container runtime could not start it: {sandbox.ended.message}")
    if not (o.log_read or (o.record and o.record.error)):
        return None
    why = _why_unstarted(o.record or Record(), sandbox)
    return _next_attempt(o, f"the sandbox could not start the program: {why}") if why else None


def _why_unstarted(record: Record, sandbox: Sandbox) -> str:
    """Empty when user code may have run."""
    if record.error:  # the runner's last word, also after a `start`: the program could not be executed
        return record.error.message or record.error.code
    if record.started_at or record.result:
        return ""
    if sandbox.ended and sandbox.ended.exit_code in NOT_STARTED_CODES.values():
        return f"the runner ended with exit code {sandbox.ended.exit_code}"
    if record.ready:
        return "the sandbox was stopped before the job was taken"
    return ""


def vanished(o: Observed) -> Step | None:
    """The claimed Pod is gone, and its log with it."""
    ref = o.execution.status.sandbox
    if ref is None or o.claimed is not None or o.delivery.active:
        return None
    if o.delivery.claimed == ref.uid and not (o.delivery.sent or o.delivery.seen_running):
        return _next_attempt(o, "its Pod was deleted before the program was started")
    message = f"Pod {ref.pod} was deleted while the program may have been running; it is not started again"
    return interrupted(o, Reason.SANDBOX_LOST, message)


def _next_attempt(o: Observed, why: str) -> Step:
    ref = o.execution.status.sandbox
    attempt = ref.attempt + 1 if ref else 0
    for sandbox in o.sandboxes:
        if sandbox.attempt >= attempt and not sandbox.over and not sandbox.leaving:
            return Claim(sandbox, o.limits, o.applied, o.checked)
        attempt = max(attempt, sandbox.attempt + 1)
    if attempt >= MAX_ATTEMPTS:
        return Finish(not_started(Reason.SANDBOX_ERROR, f"{MAX_ATTEMPTS} sandboxes were tried; of the last: {why}"))
    return CreateSandbox(attempt, o.limits)


def over(o: Observed) -> Step | None:
    """The claimed Pod has ended: its log is the whole record, and when that has no result, its end is."""
    sandbox = o.claimed
    if sandbox is None or not sandbox.over or o.delivery.active:
        return None
    if not o.log_read:
        return ReadLog(sandbox)
    return Finish(from_remains(o.execution, sandbox, o.record, o.limits))


def stalled(o: Observed) -> Step | None:
    """The claimed Pod does not come up, or does not report."""
    sandbox = o.claimed
    if sandbox is None or sandbox.over:
        return None
    age = o.now - sandbox.created
    if not sandbox.running:
        if sandbox.image_problem and age >= IMAGE_PATIENCE:
            return Finish(not_started(Reason.IMAGE_UNAVAILABLE, sandbox.waiting))
        if age >= START_PATIENCE:
            reason = Reason.SANDBOX_ERROR if sandbox.node else Reason.UNSCHEDULABLE
            what = sandbox.waiting or "the kubelet has not started it"
            return Finish(not_started(reason, f"no sandbox within {START_SECONDS} s: {what}"))
        return Wait(sandbox.created + (IMAGE_PATIENCE if sandbox.image_problem else START_PATIENCE))
    if age >= START_PATIENCE and o.delivery.failures and not (o.delivery.sent or o.delivery.active):
        return interrupted(o, Reason.SANDBOX_ERROR, f"the job cannot be delivered: {o.delivery.problem}")
    patience = START_PATIENCE + wall_time(o.execution.spec, o.limits) + REPORT_PATIENCE
    if age >= patience:
        return interrupted(o, Reason.SANDBOX_LOST, "the sandbox did not report in time")
    if o.delivery.sent or o.delivery.active or sandbox.leaving:
        return Wait(sandbox.created + patience)
    return None


def deliverable(o: Observed) -> Step | None:
    """Also after a restart, when the job may have been sent before: the runner takes one job and no second."""
    sandbox = o.claimed
    if sandbox is None or not sandbox.running or o.delivery.sent or o.delivery.active:
        return None
    if o.delivery.not_before and o.now < o.delivery.not_before:
        return Wait(o.delivery.not_before)
    return Deliver(sandbox, o.limits, o.applied)


def refusable(o: Observed) -> Step | None:
    """The policy says no. Asked only before a sandbox is claimed."""
    if o.execution.status.sandbox is not None:
        return None
    no: Refusal | None
    if isinstance(o.policy, Refusal):
        no, applied = o.policy, None
    else:
        no, applied = refusal(o.execution, o.policy), o.policy.applied
    age = o.now - o.execution.metadata.creation_timestamp
    if no and no.reason is Reason.POLICY_NOT_FOUND and age < POLICY_PATIENCE:
        return Wait(o.now + POLICY_LOOK)
    return Finish(refused(no, applied)) if no else None


def unwritable(o: Observed) -> Step | None:
    """An object that leaves no room for a verdict is never started: it would hold its sandbox and could not end."""
    spec = o.execution.spec
    needed = other_bytes(len(spec.batch), artifacts=bool(spec.artifacts))
    if o.execution.status.sandbox is not None or o.size + needed <= ETCD_BYTES:
        return None
    message = (
        f"the object takes {o.size:,} bytes of the {ETCD_BYTES:,} that the store allows, and leaves no room for a "
        "verdict. Make its code, input or annotations smaller; characters that JSON escapes take six bytes each."
    )
    return Finish(refused(Refusal(Reason.INVALID_SPEC, message)))


def unchecked(o: Observed) -> Step | None:
    """Nothing starts whose code has not been checked. What is claimed has been."""
    if o.execution.status.sandbox is not None or isinstance(o.policy, Refusal):
        return None
    if o.checked is None:
        return Wait() if o.checking else Check(o.policy)
    return Finish(rejected(o.checked.refusal, o.checked, o.applied)) if o.checked.refusal else None


def troubled(o: Observed) -> Step | None:
    if o.execution.status.sandbox is None and o.trouble and o.now - o.trouble.since >= START_PATIENCE:
        return Finish(not_started(o.trouble.reason, f"no sandbox can be made: {o.trouble.message}"))
    return None


def unclaimed(o: Observed) -> Step | None:
    """Make a sandbox, or take the one that was made before a crash."""
    if o.execution.status.sandbox is not None:
        return None
    if not o.sandboxes and not o.slot_free:
        return Queue() if o.execution.status.phase != "Queued" else Wait(in_line=True)
    return _next_attempt(o, "it ended before it was claimed")


_RULES: tuple[Rule, ...] = (
    finished,
    judged,
    cancelled,
    refusable,
    unwritable,
    unchecked,
    troubled,
    unclaimed,
    unstarted,
    vanished,
    over,
    stalled,
    deliverable,
)
