"""From the runner's record, or from what else is left of a sandbox, to a verdict. The user's fault and the platform's
are told apart here, and nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from codeexec.domain import endings
from codeexec.domain.checked import Checked
from codeexec.domain.endings import Ending
from codeexec.domain.limits import of_item
from codeexec.domain.policy import Refusal
from codeexec.domain.program import Item, plan
from codeexec.domain.record import File, Record, Result, Skipped, Step
from codeexec.domain.sandbox import Sandbox
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import EXIT_OUT_OF_MEMORY, Reason
from codeexec.models.spec import Access
from codeexec.models.status import AppliedPolicy, EffectiveLimits, IsolationReport, Metrics, Violation


@dataclass(frozen=True, slots=True)
class Verdict:
    ending: Ending
    """Of the one run; of a batch, its reason, message and exit code, without output."""
    items: tuple[tuple[str, Ending], ...] = ()
    """Of a batch, in order."""
    compiler: str = ""
    """What the compiler said."""
    files: tuple[File, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    isolation: IsolationReport | None = None
    started: datetime | None = None
    finished: datetime | None = None
    found: tuple[Violation, ...] = ()
    """Why the code was not run."""
    found_count: int = 0
    validated: datetime | None = None
    policy: AppliedPolicy | None = None
    """That refused it; of a run that was claimed, its status says which one it is."""

    @property
    def reason(self) -> Reason:
        return self.ending.reason

    @property
    def message(self) -> str:
        return self.ending.message

    @property
    def success(self) -> bool:
        return self.ending.success

    @property
    def violations(self) -> tuple[Violation, ...]:
        whose: Iterable[tuple[str | None, Ending]] = self.items or ((None, self.ending),)
        return self.found + tuple(found for name, ending in whose if (found := ending.violation(name)))

    @property
    def violation_count(self) -> int:
        """With what was found and is not told."""
        return len(self.violations) - len(self.found) + self.found_count


_NOT_RUN = "not run: the sandbox had ended before its turn"


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a run has no end of its own. Items that were not running are not blamed for it."""

    reason: Reason
    message: str
    exit_code: int | None = None
    others: Reason | None = None
    """The reason of items that were not running; the same one when None."""


def refused(refusal: Refusal, policy: AppliedPolicy | None = None) -> Verdict:
    verdict = not_started(refusal.reason, refusal.message)
    return replace(verdict, found=refusal.violations, found_count=len(refusal.violations), policy=policy)


def rejected(refusal: Refusal, checked: Checked, policy: AppliedPolicy) -> Verdict:
    """By the check of its code."""
    return replace(refused(refusal, policy), found_count=checked.count, validated=checked.at)


def not_started(reason: Reason, message: str) -> Verdict:
    """Nothing of it has run."""
    return Verdict(Ending(reason, message, ran=False))


def judge(execution: CodeExecution, result: Result, record: Record, limits: EffectiveLimits) -> Verdict:
    """The verdict of a job that was reported."""
    isolation = _isolation(result, execution.spec.access)
    if isolation.network == "NotProved":
        ending = Ending(Reason.NETWORK_NOT_ISOLATED, _not_isolated(result), ran=False)
        return Verdict(ending, isolation=isolation, started=record.started_at)
    loss = Loss(Reason.SANDBOX_LOST, "the sandbox's record is incomplete: the end of this run is missing")
    return _concluded(execution, record, limits, loss, isolation)


def partial(
    execution: CodeExecution, record: Record | None, limits: EffectiveLimits, reason: Reason, message: str
) -> Verdict:
    """A job that has no result: what came out of it so far, under the reason why there is no more."""
    return _concluded(execution, record or Record(), limits, Loss(reason, message))


def from_remains(execution: CodeExecution, sandbox: Sandbox, record: Record | None, limits: EffectiveLimits) -> Verdict:
    """The runner did not live to report: the Pod's own end says why."""
    record = record or Record()
    if sandbox.ended and sandbox.ended.reason == "OOMKilled" and record.started_at:
        message = f"out of memory: the program needed more than the {limits.memory} it is allowed"
        loss = Loss(Reason.MEMORY_LIMIT_EXCEEDED, message, EXIT_OUT_OF_MEMORY, others=Reason.SANDBOX_LOST)
    elif sandbox.eviction:
        loss = Loss(Reason.SANDBOX_LOST, f"the sandbox was stopped from outside: {sandbox.eviction}")
    else:
        code = sandbox.ended.exit_code if sandbox.ended else "unknown"
        loss = Loss(Reason.SANDBOX_ERROR, f"the sandbox ended without a report (exit code {code})")
    return _concluded(execution, record, limits, loss)


def _concluded(
    execution: CodeExecution,
    record: Record,
    limits: EffectiveLimits,
    loss: Loss,
    isolation: IsolationReport | None = None,
) -> Verdict:
    planned = plan(execution.spec)
    blamed = _running(planned.items, record)
    others = replace(loss, reason=loss.others, message=_NOT_RUN, exit_code=None) if loss.others else loss
    found = [
        _ending(execution, record, limits, item, number, loss if number in blamed else others)
        for number, item in enumerate(planned.items)
    ]
    compilations = [step for step in record.steps if step.kind == "compile"]
    ends = [step.end for step in record.ended if step.end]
    batch = bool(execution.spec.batch)
    return Verdict(
        _whole(planned.items, found, compilations) if batch else found[0],
        items=tuple((item.name or "", ending) for item, ending in zip(planned.items, found, strict=True))
        if batch
        else (),
        compiler=next((said for step in compilations if (said := endings.compiler_text(step))), ""),
        files=record.files,
        skipped=record.skipped,
        isolation=isolation,
        started=record.started_at,
        finished=max((end.finished_at for end in ends), default=None),
    )


def _running(items: tuple[Item, ...], record: Record) -> set[int]:
    """Items with a step that has begun and not ended: one run, or all whose program was being compiled. The first one
    when no step was heard of: a `start` line comes with the first of them."""
    if not record.steps:
        return {0}
    open_steps = {(step.kind, step.of) for step in record.steps if not step.end}
    return {number for number, item in enumerate(items) if open_steps & {("compile", item.program), ("run", number)}}


def _ending(
    execution: CodeExecution, record: Record, limits: EffectiveLimits, item: Item, number: int, loss: Loss
) -> Ending:
    compilation, run = record.compilation(item.program), record.run(number)
    if compilation and compilation.end and not compilation.end.good:
        return endings.of_compiler(compilation, compilation.end, limits)
    if run and run.end:
        ending = endings.of_run(run, run.end, item, of_item(limits, item), execution.spec.language)
        return _with_compile_time(ending, compilation)
    if loss.reason is Reason.MEMORY_LIMIT_EXCEEDED and compilation and not compilation.end:
        why = "out of memory: the sandbox was killed while the compiler ran"
        return endings.unfinished(None, Reason.COMPILE_ERROR, why)
    return endings.unfinished(run, loss.reason, loss.message, loss.exit_code)


def _with_compile_time(ending: Ending, compilation: Step | None) -> Ending:
    if not compilation or not compilation.end or not ending.metrics:
        return ending
    return replace(ending, metrics=ending.metrics.but(compile_time_ms=round(compilation.end.wall_ms)))


def _whole(items: tuple[Item, ...], found: list[Ending], compilations: list[Step]) -> Ending:
    """A batch succeeds when all its items do; else it ends like the first that did not."""
    bad = [(item, ending) for item, ending in zip(items, found, strict=True) if not ending.success]
    summed = _summed([ending.metrics for ending in found if ending.metrics], compilations)
    if not bad:
        return Ending(Reason.COMPLETED, exit_code=0, metrics=summed, ran=False)
    item, first = bad[0]
    message = f"{len(bad)} of {len(items)} items failed; the first is {item.name}: {first.message}"
    return Ending(first.reason, message, first.exit_code, first.signal, metrics=summed, ran=False)


def _summed(parts: list[Metrics], compilations: list[Step]) -> Metrics:
    def known(name: str) -> list[int]:
        return [value for part in parts if (value := getattr(part, name)) is not None]

    return Metrics(
        execution_time_ms=sum(known("execution_time_ms")) if parts else None,
        cpu_time_ms=sum(known("cpu_time_ms")) if known("cpu_time_ms") else None,
        memory_used_bytes=max(known("memory_used_bytes"), default=None),
        peak_processes=max(known("peak_processes"), default=None),
        output_bytes=sum(known("output_bytes")) if parts else None,
        compile_time_ms=round(sum(step.end.wall_ms for step in compilations if step.end)) if compilations else None,
    )


def _isolation(result: Result, access: Access) -> IsolationReport:
    """The proof is that the cluster's API server is out of reach, with and without the right to the network."""
    granted = "Granted" if access.network else "Denied"
    network = granted if result.network == "shut" else "NotProved"
    return IsolationReport.model_validate(
        {
            "network": network,
            "syscall_filter": result.seccomp,
            "landlock": result.landlock,
            "cgroup": result.cgroup,
        }
    )


def _not_isolated(result: Result) -> str:
    found = {"open": "a connection out of it succeeded", "unknown": "that could not be told", "off": "nobody looked"}
    why = found.get(result.network, result.network)
    return (
        f"the sandbox's network was not proved shut ({why}), so the result is not trusted. An administrator should "
        "check that the cluster enforces NetworkPolicies."
    )
