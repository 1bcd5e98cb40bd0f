"""Has a run's code checked, by workers that may die of it, and says in the run's own words what came of it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from codeexec import metrics
from codeexec.domain.checked import Checked, fitting
from codeexec.domain.output import bounded
from codeexec.domain.policy import EffectivePolicy, Refusal
from codeexec.domain.program import Plan, plan
from codeexec.models.execution import CodeExecution
from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.reasons import Reason
from codeexec.models.spec import Language
from codeexec.models.status import MAX_FINDINGS, Violation
from codeexec.validation.check import Checked as Answer
from codeexec.validation.check import InvalidPolicy, answer, policy_bytes, request_bytes, sources_of
from codeexec.validation.match import Finding
from codeexec.validation.outcomes import Cause, Failed, TooComplex, Unavailable
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.rules import SEVERITIES

_LOG = logging.getLogger("codeexec.validation")

AT_ONCE = 128
"""Programs handed to the pool, which turns away what its queue does not hold; the others wait here, in line."""
PAUSE_SECONDS = 1.0
"""Before a program is handed in again that nobody has looked at."""
MESSAGE_BYTES, ADVICE_BYTES = 800, 400
_WHY_TOO_COMPLEX = {
    Cause.TIME: "takes too long",
    Cause.MEMORY: "takes too much memory",
    Cause.DEPTH: "is nested too deeply",
    Cause.SIZE: "is too large at once",
    Cause.CRASH: "ended the process that did it",
}
_OUR_FAULT = (
    "the check of the code failed ({}). That is a fault of the operator's; nothing has been run. Report it; a policy "
    "with profile `off` and syntaxCheck `off` does without the check."
)


class Validator:
    """`now`: the clock of `Checked.at`."""

    def __init__(self, pool: ValidatorPool, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._now = now
        self._line = asyncio.Semaphore(AT_ONCE)

    async def check(self, execution: CodeExecution, policy: EffectivePolicy, room: int) -> Checked:
        """All programs of it, until one is refused. `room`: bytes for findings in its status. Waits for as long as no
        worker is to be had: what has not been looked at is neither run nor refused."""
        if policy.checks_nothing:
            return Checked(self._now())
        with metrics.VALIDATION_SECONDS.time():
            try:
                checked = await self._check(execution, policy, room)
            except Exception as problem:  # whatever it is: nothing starts unchecked
                _LOG.exception("a check failed", extra={"uid": execution.metadata.uid})
                checked = self._refused(Reason.VALIDATION_FAILED, _OUR_FAULT.format(type(problem).__name__))
        outcome = checked.refusal.reason.value if checked.refusal else "Passed"
        metrics.VALIDATIONS.labels(policy.language.value, outcome).inc()
        return checked

    async def _check(self, execution: CodeExecution, policy: EffectivePolicy, room: int) -> Checked:
        found, count = list[Violation](), 0
        planned = plan(execution.spec)
        for number, program in enumerate(planned.programs):
            item = _first_item(planned, number)
            try:
                result = await self._ask(policy, request_bytes(sources_of(policy.language, program)))
            except InvalidPolicy as problem:
                return self._refused(Reason.POLICY_INVALID, f"SandboxPolicy {policy.applied.name}: {problem}")
            except TooComplex as problem:
                return self._too_complex(problem, item)
            except Failed as problem:
                _LOG.error("a check failed", extra={"uid": execution.metadata.uid, "error": problem.message})
                return self._refused(Reason.VALIDATION_FAILED, _OUR_FAULT.format(problem.message))
            if result.reason:
                found = [_violation(finding, item) for finding in result.findings]
                kept, message = fitting(found, room), _message(result)
                return Checked(self._now(), Refusal(result.reason, message, kept), count=result.count)
            found += [_violation(finding, item) for finding in result.findings]
            count += result.count
        found.sort(key=lambda one: -SEVERITIES.index(one.severity))
        return Checked(self._now(), violations=fitting(found[:MAX_FINDINGS], room), count=count)

    async def problem(self, validation: Validation, uid: str, generation: int) -> str:
        """Why a policy cannot be used; empty when it can."""
        try:
            policy = policy_bytes(Language.PYTHON, validation, LanguageValidation())
            await self._send(PolicyKey(f"{uid}/status", generation), policy, b"")
        except InvalidPolicy as problem:
            return str(problem)
        except (TooComplex, Failed) as problem:
            return f"spec.validation: it cannot be made ready: {problem.message}"
        return ""

    async def _ask(self, policy: EffectivePolicy, request: bytes) -> Answer:
        uid, generation = policy.version
        key = PolicyKey(f"{uid}/{policy.language.value}", generation)
        return await self._send(key, policy_bytes(policy.language, policy.allows, policy.checks), request)

    async def _send(self, key: PolicyKey, policy: bytes, request: bytes) -> Answer:
        while True:
            try:
                async with self._line:
                    return answer(await self._pool.check(request, key=key, policy=policy))
            except Unavailable as problem:
                _LOG.warning("a program waits to be checked", extra={"error": problem.message})
                await asyncio.sleep(PAUSE_SECONDS)

    def _refused(self, reason: Reason, message: str) -> Checked:
        return Checked(self._now(), Refusal(reason, bounded(message)))

    def _too_complex(self, problem: TooComplex, item: str | None) -> Checked:
        message = f"the code cannot be checked: that {_WHY_TOO_COMPLEX[problem.cause]}"
        advice = "Make it smaller or plainer: shorter expressions, less nesting, data in files of their own."
        found = Violation(
            kind="limit",
            rule="too-complex",
            severity="critical",
            item=item,
            message=message,
            recommendation=advice,
        )
        refusal = Refusal(Reason.VALIDATION_TIMEOUT, f"{message}. {advice}", (found,))
        return Checked(self._now(), refusal, count=1)


def _first_item(planned: Plan, program: int) -> str | None:
    return next((item.name for item in planned.items if item.program == program), None)


def _violation(finding: Finding, item: str | None) -> Violation:
    return Violation(
        kind=finding.kind,
        rule=finding.rule,
        severity=finding.severity,
        item=item,
        file=bounded(finding.file, 512),
        line=finding.line,
        column=finding.column,
        snippet=finding.snippet or None,
        message=bounded(finding.description, MESSAGE_BYTES),
        recommendation=bounded(finding.recommendation, ADVICE_BYTES),
    )


def _message(result: Answer) -> str:
    """In one sentence or two: the worst finding; the rest is in violations."""
    worst = result.findings[0]
    where = f"{worst.file}:{worst.line}:{worst.column}: "
    more = f" One of {result.count} findings; status.violations has them." if result.count > 1 else ""
    return bounded(f"{where}{worst.description} {worst.recommendation}{more}")
