"""Brings one execution forward: look, decide, act, look again; until there is nothing to do.

It holds no opinion of its own: every choice is in the domain. Errors of the API server end a reconcile; the queue tries
again, and the next look starts from what the cluster says then.
"""

import contextlib
import logging
from typing import Any

from pydantic import ValidationError

from codeexec.domain import labels, policy, verdict
from codeexec.domain.decide import decide
from codeexec.domain.sandbox import read_sandbox
from codeexec.domain.step import Wait
from codeexec.kube.errors import Conflict, NotFound
from codeexec.kube.resources import CODEEXECUTIONS
from codeexec.models.execution import CodeExecution, Metadata
from codeexec.models.reasons import Reason
from codeexec.models.status import ExecutionStatus
from codeexec.runtime.context import Context
from codeexec.runtime.observe import first_problem, observe
from codeexec.runtime.runs import Run, RunKey
from codeexec.runtime.steps import carry_out, delete_pod, finish

_LOG = logging.getLogger("codeexec.run")

CONFLICT_PAUSE = 0.1
"""Seconds, when something was in the way and the execution is as it was: no loop may turn on that without rest."""
MOST_STEPS = 20
"""A run takes about five in a row at the most; more is a loop, and a loop is a bug that must not hammer the API."""


class Reconciler:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._runs, self._queue = context.runs, context.queue

    def execution_changed(self, obj: dict[str, Any]) -> None:
        if key := self._runs.observe(obj, self._context.now()):
            self._queue.add(key)

    def execution_deleted(self, obj: dict[str, Any]) -> None:
        """Also for one never seen before: its Pod goes now, not when the garbage collector gets to it."""
        key = RunKey.of(obj)
        self._runs.drop(key)
        self._queue.add(key)

    def pod_changed(self, _kind: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        pod = new or old or {}
        uid = pod["metadata"].get("labels", {}).get(labels.EXECUTION_UID, "")
        if run := self._runs.by_uid(uid):
            if read_sandbox(pod).running:
                run.reach("ready", self._context.now())
                if pod["metadata"]["uid"] == run.sandbox:
                    run.note(seen_running=True)
            self._queue.add(run.key)
        elif new is None:  # of an execution that went while nobody looked
            self._context.release(uid)

    async def reconcile(self, key: RunKey) -> None:
        run = self._runs.get(key)
        try:
            if run:
                await self._advance(run)
            elif not self._runs.is_retired(key):
                await self._forget(key)
        except (Conflict, NotFound) as error:
            _LOG.debug("changed while it was worked on", extra={"uid": key.uid, "error": error.message})
            await self._reread(key)

    async def _advance(self, run: Run) -> None:
        for _ in range(MOST_STEPS):
            try:
                execution = CodeExecution.model_validate(run.obj)
            except ValidationError as error:
                await self._reject(run, error)
                return
            decision = decide(await observe(self._context, run, execution))
            _LOG.debug("step", extra={"uid": run.key.uid, "step": type(decision).__name__})
            if isinstance(decision, Wait):
                self._rest(run, execution, decision)
                return
            await carry_out(self._context, run, execution, decision)
            if self._runs.get(run.key) is not run:
                return
        raise RuntimeError(f"{MOST_STEPS} steps without rest")

    def _rest(self, run: Run, execution: CodeExecution, decision: Wait) -> None:
        if decision.until:
            self._queue.add_after(run.key, (decision.until - self._context.now()).total_seconds())
        if decision.in_line:
            self._context.slots.wait(run.key.uid)
        if execution.status.finished:
            self._context.release(run.key.uid)
            if decision.until is None:
                self._runs.retire(run.key)
                self._queue.forget(run.key)

    async def _reject(self, run: Run, error: ValidationError) -> None:
        """An object the schema let through (an older one, say) and the models do not."""
        meta = Metadata.model_validate(run.obj["metadata"])
        before = _readable(run.obj.get("status", {}))
        if not before.finished:
            problem = policy.Refusal(Reason.INVALID_SPEC, first_problem(error))
            await finish(self._context, run, meta, before, verdict.refused(problem))
        await self._forget(run.key)
        self._runs.retire(run.key)

    async def _reread(self, key: RunKey) -> None:
        try:
            obj = await self._context.api.get(CODEEXECUTIONS, key.namespace, key.name)
        except NotFound:
            obj = None
        if obj is None or obj["metadata"]["uid"] != key.uid:
            self._runs.bury(key)
            await self._forget(key)
        else:
            news = self._runs.observe(obj, self._context.now())
            self._queue.add_after(key, 0 if news else CONFLICT_PAUSE)

    async def _forget(self, key: RunKey) -> None:
        """The execution is gone, or nobody can make anything of it: no Pod of it stays."""
        for pod in self._context.pods_of(key.uid):
            await delete_pod(self._context, key.namespace, pod["metadata"]["name"], pod["metadata"]["uid"])
        self._context.release(key.uid)
        self._queue.forget(key)


def _readable(status: dict[str, Any]) -> ExecutionStatus:
    """Its conditions, if no more can be made of it: an older operator's verdict stands, whatever else it wrote."""
    for part in (status, {"conditions": status.get("conditions", ())}):
        with contextlib.suppress(ValidationError):
            return ExecutionStatus.model_validate(part)
    return ExecutionStatus()
