"""The life of a run: one row for each rule and each of its edges, and for anything at all exactly one step."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain.checked import Checked
from codeexec.domain.decide import (
    IMAGE_PATIENCE,
    MAX_ATTEMPTS,
    POLICY_LOOK,
    POLICY_PATIENCE,
    REPORT_PATIENCE,
    START_PATIENCE,
    decide,
)
from codeexec.domain.observed import ATTACH_PAUSE, ATTACH_PAUSE_MOST, Delivery, Observed, Trouble
from codeexec.domain.output import ETCD_BYTES, other_bytes
from codeexec.domain.policy import Refusal, effective
from codeexec.domain.record import Record, RunnerError
from codeexec.domain.sandbox import Ended, Sandbox
from codeexec.domain.status import claimed as claimed_patch
from codeexec.domain.status import finished as finished_patch
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
from codeexec.domain.verdict import judge, not_started
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.models.status import ExecutionStatus
from tests.unit.domain.examples import (
    ALL_ALLOWED,
    BUILT_IN,
    LIMITS,
    NOW,
    POD_UID,
    begun,
    claimed_status,
    ended,
    execution,
    later,
    meta,
    policy,
    ran,
    record,
    result,
    sandbox,
)

POLICY = effective(None, Language.PYTHON)
GENEROUS = effective(policy(allows=ALL_ALLOWED), Language.PYTHON)
SAVES = execution(access={"filesystem": True}, artifacts=["out.txt"])
NO_POLICY = Refusal(Reason.POLICY_NOT_FOUND, "no such policy")
BAD_POLICY = Refusal(Reason.POLICY_INVALID, "bad policy")
CLAIMED = execution(claimed_status())
NO_JOB = Record(ready=True, error=RunnerError(code="no-job", message="stdin ended"))
BAD_JOB_AFTER_START = Record(ready=True, started_at=NOW, error=RunnerError(code="bad-job", message="no such file"))
NOT_CONFINED = Record(ready=True, error=RunnerError(code="not-confined", message="no landlock"))
BROKEN = Record(ready=True, started_at=NOW, error=RunnerError(code="broken", message="a disk failed"))
NOT_ISOLATED = Record(ready=True, error=RunnerError(code="not-isolated", message="still open"))
GOOD = Checked(NOW)
BAD = Checked(NOW, Refusal(Reason.UNSAFE_CODE_PATTERN, "main.py:1:1: Starts another program."), count=1)
READY = Record(ready=True)
STARTED = record(begun(out=b"hello\n"), result=None)
MINE = Delivery(claimed=POD_UID)
SENT = replace(MINE, sent=True, seen_running=True)
ACTIVE = replace(SENT, active=True)
PENDING = sandbox(running=False)
OVER = sandbox(**ended(137, "Error"))
REPORT_LIMIT = START_PATIENCE + timedelta(seconds=LIMITS.timeout_seconds) + REPORT_PATIENCE
MOMENT = timedelta(microseconds=1)


def observed(**changes: Any) -> Observed:
    """A new execution that may go ahead."""
    fields: dict[str, Any] = {
        "execution": execution(),
        "policy": POLICY,
        "sandboxes": (),
        "delivery": Delivery(),
        "record": None,
        "log_read": False,
        "slot_free": True,
        "trouble": None,
        "now": NOW,
        "checked": GOOD,
    }
    return Observed(**fields | changes)


def claimed(*sandboxes: Sandbox, **changes: Any) -> Observed:
    return observed(**{"execution": CLAIMED, "sandboxes": sandboxes, "delivery": MINE} | changes)


def other(attempt: int, **changes: Any) -> Sandbox:
    return sandbox(name=f"pod-{attempt}", uid=f"uid-{attempt}", attempt=attempt, **changes)


def done(*, success: bool = True, reported: bool = True, generation: int = 1, **spec: Any) -> Any:
    """A finished execution, reported at NOW."""
    whole = record(ran(exitCode=0 if success else 3))
    assert whole.result
    verdict = judge(execution(), whole.result, whole, LIMITS)
    if not reported:
        verdict = not_started(Reason.CANCELLED, "")
    before = ExecutionStatus.model_validate(
        claimed_patch(meta(), ExecutionStatus(), sandbox(), LIMITS, BUILT_IN, NOW, NOW)["status"]
    )
    patch = finished_patch(meta(), before, verdict, node=None, stages={}, accepted=NOW, now=NOW)
    return execution(ExecutionStatus.model_validate(patch["status"]), generation=generation, **spec)


def brief(step: Step) -> Any:
    """Enough of a step to compare: its kind, and the one thing that matters about it."""
    match step:
        case Finish(verdict):
            return verdict.reason
        case CreateSandbox(attempt):
            return CreateSandbox, attempt
        case Claim(found) | Deliver(found) | ReadLog(found) | DeleteSandbox(found):
            return type(step), found.attempt
        case Wait(until, in_line):
            return (Wait, "in line") if in_line else (Wait, until)
    return type(step)


TABLE: dict[str, tuple[Observed, Any]] = {
    # A new run
    "makes a sandbox": (observed(), (CreateSandbox, 0)),
    "takes the one made before a crash": (observed(sandboxes=(PENDING,)), (Claim, 0)),
    "takes it without asking for a slot": (observed(sandboxes=(PENDING,), slot_free=False), (Claim, 0)),
    "passes by what is over": (observed(sandboxes=(OVER,)), (CreateSandbox, 1)),
    "passes by what is leaving": (observed(sandboxes=(sandbox(leaving=True),)), (CreateSandbox, 1)),
    "gives up after the last attempt": (
        observed(sandboxes=(other(MAX_ATTEMPTS - 1, **ended(1)),)),
        Reason.SANDBOX_ERROR,
    ),
    "makes the last attempt": (
        observed(sandboxes=(other(MAX_ATTEMPTS - 2, **ended(1)),)),
        (CreateSandbox, MAX_ATTEMPTS - 1),
    ),
    "says that it waits": (observed(slot_free=False), Queue),
    "says so once": (
        observed(slot_free=False, execution=execution(ExecutionStatus(phase="Queued"))),
        (Wait, "in line"),
    ),
    "leaves the line": (observed(execution=execution(ExecutionStatus(phase="Queued"))), (CreateSandbox, 0)),
    # Refusals, before anything is made
    "refuses what leaves no room for a verdict": (observed(size=ETCD_BYTES), Reason.INVALID_SPEC),
    "takes what leaves just enough": (observed(size=ETCD_BYTES - other_bytes(0, artifacts=False)), (CreateSandbox, 0)),
    "the verdict of a batch needs more": (
        observed(execution=execution(batch=[{"name": "a"}]), size=ETCD_BYTES - other_bytes(1, artifacts=False) + 1),
        Reason.INVALID_SPEC,
    ),
    "that of artifacts too": (
        observed(execution=SAVES, policy=GENEROUS, size=ETCD_BYTES - other_bytes(0, artifacts=True) + 1),
        Reason.INVALID_SPEC,
    ),
    "refuses what no sandbox can carry out": (
        observed(execution=execution(files=[{"path": "../x", "content": ""}])),
        Reason.INVALID_SPEC,
    ),
    "refuses an access that the policy does not allow": (observed(execution=SAVES), Reason.INVALID_SPEC),
    "goes ahead where it does": (observed(execution=SAVES, policy=GENEROUS), (CreateSandbox, 0)),
    "refuses too much code": (observed(execution=execution(code="x" * 102_401)), Reason.CODE_TOO_LARGE),
    "refuses too long a timeout": (observed(execution=execution(timeout_seconds=301)), Reason.INVALID_SPEC),
    "refuses a broken policy at once": (observed(policy=BAD_POLICY), Reason.POLICY_INVALID),
    "waits for a policy": (observed(policy=NO_POLICY), (Wait, NOW + POLICY_LOOK)),
    "waits for it a little longer": (
        observed(policy=NO_POLICY, now=NOW + POLICY_PATIENCE - MOMENT),
        (Wait, NOW + POLICY_PATIENCE - MOMENT + POLICY_LOOK),
    ),
    "waits no longer": (observed(policy=NO_POLICY, now=NOW + POLICY_PATIENCE), Reason.POLICY_NOT_FOUND),
    "refuses before it queues": (observed(policy=BAD_POLICY, slot_free=False), Reason.POLICY_INVALID),
    "a claimed run is not refused any more": (claimed(sandbox(), policy=BAD_POLICY), (Deliver, 0)),
    # The check of its code
    "has its code checked first": (observed(checked=None), Check),
    "before it queues": (observed(checked=None, slot_free=False), Check),
    "before it takes the sandbox made before a crash": (observed(checked=None, sandboxes=(PENDING,)), Check),
    "waits for the answer": (observed(checked=None, checking=True), (Wait, None)),
    "refuses what the check refuses": (observed(checked=BAD), Reason.UNSAFE_CODE_PATTERN),
    "also with a sandbox at hand": (observed(checked=BAD, sandboxes=(PENDING,)), Reason.UNSAFE_CODE_PATTERN),
    "a cancel does not wait for the check": (
        observed(checked=None, execution=execution(cancel=True)),
        Reason.CANCELLED,
    ),
    "without a policy nothing is checked": (observed(checked=None, policy=BAD_POLICY), Reason.POLICY_INVALID),
    "what is claimed has been checked": (claimed(sandbox(), checked=None), (Deliver, 0)),
    "so has its next attempt": (claimed(OVER, delivery=SENT, record=NO_JOB, checked=None), (CreateSandbox, 1)),
    # The API server takes no Pod
    "tries again": (
        observed(trouble=Trouble(NOW, "quota"), now=NOW + START_PATIENCE - MOMENT),
        (CreateSandbox, 0),
    ),
    "tries no more": (observed(trouble=Trouble(NOW, "quota"), now=NOW + START_PATIENCE), Reason.SANDBOX_ERROR),
    "says whose trouble it is": (
        observed(trouble=Trouble(NOW, "opened", Reason.NETWORK_NOT_ISOLATED), now=NOW + START_PATIENCE),
        Reason.NETWORK_NOT_ISOLATED,
    ),
    # Coming up
    "waits for the Pod": (claimed(PENDING), (Wait, NOW + START_PATIENCE)),
    "gives up on a Pod that no node takes": (
        claimed(sandbox(running=False, node=None), now=NOW + START_PATIENCE),
        Reason.UNSCHEDULABLE,
    ),
    "gives up on a Pod that no kubelet starts": (claimed(PENDING, now=NOW + START_PATIENCE), Reason.SANDBOX_ERROR),
    "gives an image a moment": (
        claimed(sandbox(running=False, image_problem=True)),
        (Wait, NOW + IMAGE_PATIENCE),
    ),
    "gives up on an image": (
        claimed(sandbox(running=False, image_problem=True), now=NOW + IMAGE_PATIENCE),
        Reason.IMAGE_UNAVAILABLE,
    ),
    # Handing over the job
    "delivers": (claimed(sandbox()), (Deliver, 0)),
    "delivers after a restart": (claimed(sandbox(), delivery=Delivery()), (Deliver, 0)),
    "delivers once": (claimed(sandbox(), delivery=SENT), (Wait, NOW + REPORT_LIMIT)),
    "listens": (claimed(sandbox(), delivery=ACTIVE), (Wait, NOW + REPORT_LIMIT)),
    "pauses after a failure": (claimed(sandbox(), delivery=MINE.failed("x", NOW)), (Wait, NOW + ATTACH_PAUSE)),
    "tries again after the pause": (
        claimed(sandbox(), delivery=MINE.failed("x", NOW), now=NOW + ATTACH_PAUSE),
        (Deliver, 0),
    ),
    "gives up on a stream that is never had": (
        claimed(sandbox(), delivery=MINE.failed("x", NOW), now=NOW + START_PATIENCE),
        Reason.SANDBOX_ERROR,
    ),
    "does not deliver to one that leaves": (claimed(sandbox(leaving=True)), (Wait, NOW + REPORT_LIMIT)),
    "gives up on one that never leaves": (claimed(sandbox(leaving=True), now=NOW + REPORT_LIMIT), Reason.SANDBOX_LOST),
    "gives up on silence": (claimed(sandbox(), delivery=SENT, now=NOW + REPORT_LIMIT), Reason.SANDBOX_LOST),
    # The report
    "judges at once": (claimed(sandbox(), delivery=ACTIVE, record=record()), Reason.COMPLETED),
    "waits for the log when the stream began late": (
        claimed(OVER, delivery=SENT, record=record(started_at=None)),
        (ReadLog, 0),
    ),
    "believes the log": (claimed(OVER, record=record(started_at=None), log_read=True), Reason.COMPLETED),
    "a report goes before a cancel": (
        claimed(sandbox(), record=record(), execution=execution(claimed_status(), cancel=True)),
        Reason.COMPLETED,
    ),
    "waits for the log when an end is missing": (
        claimed(OVER, delivery=SENT, record=record(result=result(steps=2))),
        (ReadLog, 0),
    ),
    "judges what the log has, though an end is missing": (
        claimed(OVER, record=record(result=result(steps=2)), log_read=True),
        Reason.COMPLETED,
    ),
    "a defence was not in force": (claimed(OVER, record=NOT_CONFINED), Reason.ISOLATION_UNAVAILABLE),
    "the runner broke after the start": (claimed(OVER, record=BROKEN), Reason.SANDBOX_ERROR),
    "believes that it was not isolated": (claimed(OVER, record=NOT_ISOLATED), Reason.NETWORK_NOT_ISOLATED),
    # Cancelling
    "cancels before it begins": (observed(execution=execution(cancel=True)), Reason.CANCELLED),
    "cancels in the line": (
        observed(execution=execution(ExecutionStatus(phase="Queued"), cancel=True), slot_free=False),
        Reason.CANCELLED,
    ),
    "cancels while it runs": (
        claimed(sandbox(), delivery=ACTIVE, execution=execution(claimed_status(), cancel=True)),
        Reason.CANCELLED,
    ),
    # A sandbox that is over: may another be used?
    "reads the log first": (claimed(OVER, delivery=SENT), (ReadLog, 0)),
    "listens to the end first": (claimed(OVER, delivery=ACTIVE), (Wait, None)),
    "no job arrived": (claimed(OVER, delivery=SENT, record=NO_JOB), (CreateSandbox, 1)),
    "no job arrived, says the log": (claimed(OVER, record=NO_JOB, log_read=True), (CreateSandbox, 1)),
    "the program could not be executed": (claimed(OVER, record=BAD_JOB_AFTER_START), (CreateSandbox, 1)),
    "was stopped while it waited": (claimed(OVER, record=READY, log_read=True), (CreateSandbox, 1)),
    "the exit code says so": (
        claimed(sandbox(**ended(70, "Error")), record=Record(), log_read=True),
        (CreateSandbox, 1),
    ),
    "could not be started at all": (claimed(sandbox(**ended(128, "StartError"))), (CreateSandbox, 1)),
    "a program had started": (claimed(OVER, record=STARTED, log_read=True), Reason.SANDBOX_ERROR),
    "nobody can tell": (claimed(OVER, record=Record(), log_read=True), Reason.SANDBOX_ERROR),
    "a program's own exit code 70 is no proof": (
        claimed(sandbox(**ended(70, "Error")), record=STARTED, log_read=True),
        Reason.SANDBOX_ERROR,
    ),
    "out of memory": (
        claimed(sandbox(**ended(137, "OOMKilled")), record=STARTED, log_read=True),
        Reason.MEMORY_LIMIT_EXCEEDED,
    ),
    "evicted": (
        claimed(sandbox(**ended(137, "Error"), eviction="Evicted"), record=STARTED, log_read=True),
        Reason.SANDBOX_LOST,
    ),
    "evicted while it waited": (
        claimed(sandbox(**ended(137, "Error"), eviction="Evicted"), record=READY, log_read=True),
        (CreateSandbox, 1),
    ),
    "takes the next that is there": (claimed(OVER, other(1), delivery=SENT, record=NO_JOB), (Claim, 1)),
    "passes by the next when that is over": (
        claimed(OVER, other(1, **ended(1)), delivery=SENT, record=NO_JOB),
        (CreateSandbox, 2),
    ),
    "the last attempt has failed": (
        claimed(OVER, other(MAX_ATTEMPTS - 1, **ended(1)), delivery=SENT, record=NO_JOB),
        Reason.SANDBOX_ERROR,
    ),
    # A Pod that is gone
    "gone before it was used": (claimed(), (CreateSandbox, 1)),
    "gone after it ran, unused by us": (claimed(delivery=replace(MINE, seen_running=True)), Reason.SANDBOX_LOST),
    "gone after the job was sent": (claimed(delivery=SENT), Reason.SANDBOX_LOST),
    "gone before a restart": (claimed(delivery=Delivery()), Reason.SANDBOX_LOST),
    "gone, though another stands ready": (claimed(other(1), delivery=SENT), Reason.SANDBOX_LOST),
    "gone while we listen": (claimed(delivery=ACTIVE), (Wait, None)),
    "gone, but it had reported": (claimed(delivery=ACTIVE, record=record()), Reason.COMPLETED),
    # After the end
    "the Pod goes at once": (observed(execution=done(), sandboxes=(sandbox(),)), (DeleteSandbox, 0)),
    "nothing is left": (observed(execution=done()), (Wait, None)),
    "one that leaves is left alone": (observed(execution=done(), sandboxes=(sandbox(leaving=True),)), (Wait, None)),
    "kept": (
        observed(execution=done(ttl_seconds_after_finished=60), sandboxes=(OVER,)),
        (Wait, later(60)),
    ),
    "kept as the policy says": (
        observed(execution=done(), policy=effective(policy(), Language.PYTHON), sandboxes=(OVER,)),
        (Wait, later(60)),
    ),
    "not kept when the run says so": (
        observed(
            execution=done(ttl_seconds_after_finished=0),
            policy=effective(policy(), Language.PYTHON),
            sandboxes=(OVER,),
        ),
        (DeleteSandbox, 0),
    ),
    "kept long enough": (
        observed(execution=done(ttl_seconds_after_finished=60), sandboxes=(OVER,), now=later(60)),
        (DeleteSandbox, 0),
    ),
    "other attempts are not kept": (
        observed(execution=done(ttl_seconds_after_finished=60), sandboxes=(OVER, other(1))),
        (DeleteSandbox, 1),
    ),
    "one that may still run is not kept": (
        observed(execution=done(reported=False, ttl_seconds_after_finished=60), sandboxes=(sandbox(),)),
        (DeleteSandbox, 0),
    ),
    "a runner that has reported may end by itself": (
        observed(execution=done(ttl_seconds_after_finished=60), sandboxes=(sandbox(),)),
        (Wait, later(60)),
    ),
    "the execution waits for its time": (
        observed(execution=done(ttl_seconds_after_finished=60, ttl_deletes="Execution")),
        (Wait, later(60)),
    ),
    "the execution goes": (
        observed(execution=done(ttl_seconds_after_finished=60, ttl_deletes="Execution"), now=later(60)),
        DeleteExecution,
    ),
    "its Pod first": (
        observed(
            execution=done(ttl_seconds_after_finished=60, ttl_deletes="Execution"), sandboxes=(OVER,), now=later(60)
        ),
        (DeleteSandbox, 0),
    ),
    "a cancel is too late": (observed(execution=done(cancel=True)), (Wait, None)),
    "a later change is acknowledged": (observed(execution=done(generation=2, cancel=True)), Acknowledge),
    "a verdict is never judged again": (
        observed(execution=done(success=False), record=record(), delivery=SENT),
        (Wait, None),
    ),
}


@pytest.mark.parametrize("row", TABLE)
def test_table(row: str) -> None:
    what, expected = TABLE[row]
    assert brief(decide(what)) == expected


def test_a_claim_fixes_limits_and_policy() -> None:
    tight = effective(policy(memory="64Mi"), Language.PYTHON)
    first = decide(observed(policy=tight, sandboxes=(PENDING,)))
    assert isinstance(first, Claim)
    assert (first.limits.memory, first.policy.name) == ("64Mi", "tight")
    again = decide(claimed(OVER, other(1), delivery=SENT, record=NO_JOB, policy=tight))
    assert isinstance(again, Claim)
    assert (again.limits, again.policy) == (LIMITS, BUILT_IN)


def test_pauses_double_up_to_a_bound() -> None:
    delivery, pauses = Delivery(), []
    for _ in range(12):
        delivery = delivery.failed("x", NOW)
        assert delivery.not_before
        pauses.append(delivery.not_before - NOW)
    assert pauses[:3] == [ATTACH_PAUSE, ATTACH_PAUSE * 2, ATTACH_PAUSE * 4]
    assert pauses[-1] == ATTACH_PAUSE_MOST
    assert pauses == sorted(pauses)


def test_a_failed_stream_after_the_job_was_sent_is_still_sent() -> None:
    assert ACTIVE.failed("x", NOW).sent
    assert not ACTIVE.failed("x", NOW).active


TIMES = st.integers(-100, 2000).map(later)
SANDBOXES = st.builds(
    sandbox,
    uid=st.sampled_from([POD_UID, "uid-1", "uid-2"]),
    attempt=st.integers(0, MAX_ATTEMPTS + 1),
    created=TIMES,
    node=st.sampled_from([None, "node-1"]),
    running=st.booleans(),
    leaving=st.booleans(),
    over=st.booleans(),
    ended=st.none()
    | st.builds(Ended, st.integers(-1, 255), st.sampled_from(["", "OOMKilled", "StartError"]), st.text()),
    waiting=st.text(max_size=5),
    image_problem=st.booleans(),
    eviction=st.sampled_from(["", "Evicted"]),
)
RECORDS = st.sampled_from(
    [
        None,
        Record(),
        READY,
        STARTED,
        NO_JOB,
        NOT_ISOLATED,
        NOT_CONFINED,
        BROKEN,
        BAD_JOB_AFTER_START,
        record(),
        record(started_at=None),
    ]
)
SPECS = st.fixed_dictionaries(
    {},
    optional={
        "cancel": st.booleans(),
        "timeout_seconds": st.sampled_from([1, 301, 3600]),
        "ttl_seconds_after_finished": st.sampled_from([0, 60]),
        "ttl_deletes": st.sampled_from(["Sandbox", "Execution"]),
    },
)
EXECUTIONS = st.one_of(
    st.builds(
        lambda status, spec: execution(status, **spec),
        st.sampled_from(
            [
                ExecutionStatus(),
                ExecutionStatus(phase="Queued"),
                claimed_status(),
                claimed_status(limits=None, policy=None),
            ]
        ),
        SPECS,
    ),
    st.builds(
        lambda success, reported, spec: done(success=success, reported=reported, **spec),
        st.booleans(),
        st.booleans(),
        SPECS,
    ),
)
ANYTHING = st.builds(
    Observed,
    execution=EXECUTIONS,
    policy=st.sampled_from([POLICY, NO_POLICY, BAD_POLICY, effective(policy(memory="64Mi"), Language.PYTHON)]),
    sandboxes=st.lists(SANDBOXES, max_size=3, unique_by=lambda one: one.uid).map(
        lambda found: tuple(sorted(found, key=lambda one: one.attempt))
    ),
    delivery=st.builds(
        Delivery,
        claimed=st.sampled_from(["", POD_UID, "uid-1"]),
        active=st.booleans(),
        seen_running=st.booleans(),
        sent=st.booleans(),
        failures=st.integers(0, 10),
        not_before=st.none() | TIMES,
    ),
    record=RECORDS,
    log_read=st.booleans(),
    slot_free=st.booleans(),
    trouble=st.none() | st.builds(Trouble, TIMES, st.text(max_size=5)),
    now=TIMES,
)


@given(ANYTHING)
def test_whatever_is_observed_there_is_one_step_and_it_is_a_safe_one(o: Observed) -> None:
    found = decide(o)
    assert isinstance(found, Step)
    finished = o.execution.status.finished
    ref = o.execution.status.sandbox
    if finished:
        assert isinstance(found, Wait | Acknowledge | DeleteSandbox | DeleteExecution)
    else:
        assert not isinstance(found, Acknowledge | DeleteSandbox | DeleteExecution)
    if isinstance(found, Wait):
        # Whoever waits is woken: by time that has not passed yet, by a slot, by its stream, or never needs to be.
        assert found.until is None or found.until > o.now
        assert finished or found.until or found.in_line or o.delivery.active
    if isinstance(found, Deliver):
        assert ref
        assert found.sandbox.uid == ref.uid
        assert not o.delivery.sent
    if isinstance(found, Claim | CreateSandbox) and ref:
        # A second sandbox: the first has certainly started nothing.
        unused = o.delivery.claimed == ref.uid and not o.delivery.sent and not o.delivery.seen_running
        assert o.claimed.over if o.claimed else unused
        assert o.record is None or o.record.error or not (o.record.started_at or o.record.result)
    if isinstance(found, CreateSandbox):
        assert found.attempt < MAX_ATTEMPTS
        assert all(found.attempt > one.attempt for one in o.sandboxes)
    assert decide(o) == found
