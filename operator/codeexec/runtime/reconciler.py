"""Gathers what is known about one execution, asks `decide`, carries the step out; until there is nothing to do.

It holds no opinion of its own: every choice is in the domain. Errors of the API server end a reconcile; the queue tries
again, and the next look starts from what the cluster says then.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import ValidationError

from codeexec import metrics
from codeexec.config import Config
from codeexec.domain import decide as step
from codeexec.domain import labels, languages, policy, status, verdict
from codeexec.domain.pod import Site, pick_uid, render_pod
from codeexec.domain.record import RecordReader, read_log
from codeexec.domain.sandbox import read_sandbox, user_ids
from codeexec.kube.api import KubeApi
from codeexec.kube.errors import Conflict, KubeError, NotFound, Refused
from codeexec.kube.informer import Informer
from codeexec.kube.resources import CODEEXECUTIONS, PODS, key_of
from codeexec.models.execution import CodeExecution, ExecutionStatus, Metadata
from codeexec.models.policy import SandboxPolicy
from codeexec.models.reasons import Reason
from codeexec.runtime import audit
from codeexec.runtime.delivery import deliver
from codeexec.runtime.isolation import ensure_isolation
from codeexec.runtime.queue import KeyedQueue
from codeexec.runtime.runs import Run, RunKey, Runs
from codeexec.runtime.slots import Slots

_LOG = logging.getLogger("codeexec.run")

LOG_BYTES = 4 << 20
LISTEN_SECONDS = 30.0
"""Over the wall time: the gate (5 s), the end of stragglers (2 s), the way."""
MOST_STEPS = 20
"""A run takes about five in a row at the most; more is a loop, and a loop is a bug that must not hammer the API."""


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Reconciler:
    api: KubeApi
    pods: Informer
    policies: Informer
    config: Config
    queue: KeyedQueue[RunKey]
    runs: Runs
    slots: Slots[str]
    now: Callable[[], datetime] = utc_now

    def execution_changed(self, obj: dict[str, Any]) -> None:
        if key := self.runs.observe(obj, self.now()):
            self.queue.add(key)

    def execution_deleted(self, obj: dict[str, Any]) -> None:
        """Also for one never seen before: its Pod goes now, not when the garbage collector gets to it."""
        key = RunKey.of(obj)
        self.runs.drop(key)
        self.queue.add(key)

    def pod_changed(self, _kind: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
        pod = new or old or {}
        run = self.runs.by_uid(pod["metadata"].get("labels", {}).get(labels.EXECUTION_UID, ""))
        if run:
            if new and read_sandbox(new).running:
                run.reach("ready", self.now())
            self.queue.add(run.key)

    async def reconcile(self, key: RunKey) -> None:
        run = self.runs.get(key)
        try:
            if run is None:
                await self._forget(key)
            else:
                await self._advance(run)
        except Conflict:
            await self._reread(key)
        except NotFound as error:
            _LOG.debug("gone while it was worked on", extra={"uid": key.uid, "error": error.message})
            await self._reread(key)

    async def _advance(self, run: Run) -> None:
        for _ in range(MOST_STEPS):
            try:
                execution = CodeExecution.model_validate(run.obj)
            except ValidationError as error:
                await self._reject(run, error)
                return
            decision = step.decide(await self._observe(run, execution))
            _LOG.debug("step", extra={"uid": run.key.uid, "step": type(decision).__name__})
            if isinstance(decision, step.Wait):
                self._rest(run, execution, decision)
                return
            await self._carry_out(run, execution, decision)
        raise RuntimeError(f"{MOST_STEPS} steps without rest")

    def _rest(self, run: Run, execution: CodeExecution, decision: step.Wait) -> None:
        if decision.until:
            self.queue.add_after(run.key, (decision.until - self.now()).total_seconds())
        if execution.status.finished:
            self._release(run.key)
            if decision.until is None:
                self.runs.drop(run.key)
                self.queue.forget(run.key)

    async def _observe(self, run: Run, execution: CodeExecution) -> step.Observed:
        ref = execution.status.sandbox
        pods = [pod for pod in self._pods_of(run.key.uid) if pod["metadata"]["uid"] not in run.deleting]
        if ref and not execution.status.finished:
            self.slots.take(run.key.uid)
            if not any(pod["metadata"]["uid"] == ref.uid for pod in pods):
                pods += await self._look_again(run, ref.pod, ref.uid)
        sandboxes = sorted((read_sandbox(pod) for pod in pods), key=lambda sandbox: sandbox.attempt)
        self._count_slots()
        return step.Observed(
            execution=execution,
            policy=self._policy(execution),
            sandboxes=tuple(sandboxes),
            delivery=run.delivery,
            record=run.record,
            log_read=run.log is not None,
            slot_free=self.slots.free_for(run.key.uid),
            trouble=run.trouble,
            now=self.now(),
        )

    def _pods_of(self, uid: str) -> list[dict[str, Any]]:
        return self.pods.by_index(labels.EXECUTION_UID, uid)

    async def _look_again(self, run: Run, name: str, uid: str) -> list[dict[str, Any]]:
        """Asks the API server itself before a Pod is believed to be gone."""
        try:
            pod = await self.api.get(PODS, run.key.namespace, name)
        except NotFound:
            return []
        if pod["metadata"]["uid"] != uid or uid in run.deleting:
            return []
        self.pods.put(pod)
        return [pod]

    def _policy(self, execution: CodeExecution) -> policy.EffectivePolicy | policy.Refusal:
        ref = execution.spec.policy_ref
        name = ref.name if ref else policy.DEFAULT_POLICY
        found = self.policies.get((execution.metadata.namespace, name))
        if found is None and ref:
            return policy.Refusal(
                Reason.POLICY_NOT_FOUND,
                f"spec.policyRef names SandboxPolicy {name}, which is not in namespace {execution.metadata.namespace}",
            )
        try:
            stated = SandboxPolicy.model_validate(found) if found else None
        except ValidationError as error:
            return policy.Refusal(Reason.POLICY_INVALID, f"SandboxPolicy {name}: {_first_problem(error)}")
        return policy.effective(stated, execution.spec.language)

    async def _carry_out(self, run: Run, execution: CodeExecution, decision: step.Step) -> None:
        meta, before = execution.metadata, execution.status
        match decision:
            case step.Queue():
                self.slots.wait(run.key.uid)
                await self._write(run, status.queued(meta, before, run.accepted, self.now()))
            case step.CreateSandbox():
                await self._create(run, execution, decision)
            case step.Claim(sandbox, limits, applied):
                claimed = status.claimed(meta, before, sandbox, limits, applied, accepted=run.accepted, now=self.now())
                await self._write(run, claimed)
                run.delivery = step.Delivery(claimed=sandbox.uid)
                run.log = run.reader = None
            case step.Deliver(sandbox, limits):
                job = orjson.dumps(languages.job(execution, limits))
                run.reader = RecordReader(run.key.uid)
                run.note(active=True)
                session = self._session(run, sandbox.name, job, limits.timeout_seconds + LISTEN_SECONDS)
                run.session = asyncio.create_task(session, name=f"deliver {run.key.uid}")
            case step.ReadLog(sandbox):
                log = await self._log_of(run.key.namespace, sandbox.name)
                run.log = read_log(run.key.uid, log, sandbox.ended.message if sandbox.ended else "")
            case step.Finish(outcome):
                await self._finish(run, meta, before, outcome)
            case step.Acknowledge():
                await self._write(run, status.acknowledged(meta, before))
            case step.DeleteSandbox(sandbox):
                await self._delete(run.key.namespace, sandbox.name, sandbox.uid)
                run.deleting.add(sandbox.uid)
            case step.DeleteExecution():
                await self.api.delete(CODEEXECUTIONS, meta.namespace, meta.name, uid=meta.uid)
                self.runs.drop(run.key)
            case step.Wait():
                pass

    async def _create(self, run: Run, execution: CodeExecution, decision: step.CreateSandbox) -> None:
        self.slots.take(run.key.uid)
        uid = pick_uid(run.key.uid, user_ids(self.pods.all()))
        site = Site(self.config.python_image, self.config.user_namespaces)
        pod = render_pod(execution, decision.limits, decision.attempt, uid, site)
        reason = Reason.NETWORK_NOT_ISOLATED
        try:
            await ensure_isolation(self.api, run.key.namespace)
            reason = Reason.SANDBOX_ERROR
            self.pods.put(await self.api.create(PODS, run.key.namespace, pod))
            run.trouble = None
        except Conflict:
            found = await self.api.get(PODS, run.key.namespace, pod["metadata"]["name"])
            if found["metadata"].get("labels", {}).get(labels.EXECUTION_UID) != run.key.uid:
                raise RuntimeError(f"Pod {key_of(found)} has the name of a sandbox, but is none of ours") from None
            self.pods.put(found)
        except Refused as error:
            run.trouble = step.Trouble(run.trouble.since if run.trouble else self.now(), error.message, reason)
            raise

    async def _session(self, run: Run, pod: str, job: bytes, seconds: float) -> None:
        def sending() -> None:
            run.note(sent=True)
            run.reach("delivered", self.now())

        assert run.reader  # noqa: S101 made by the caller, one line above
        try:
            attached = self.api.attach(run.key.namespace, pod, labels.CONTAINER)
            await deliver(attached, job, run.reader, seconds=seconds, sending=sending)
        except (KubeError, TimeoutError) as error:
            problem = str(error) or f"nothing was heard for {seconds:.0f} s"
            _LOG.info("stream ended early", extra={"uid": run.key.uid, "error": problem})
            run.delivery = run.delivery.failed(problem, self.now())
        finally:
            run.note(active=False)
            self.queue.add(run.key)

    async def _log_of(self, namespace: str, pod: str) -> bytes:
        try:
            return await self.api.logs(namespace, pod, labels.CONTAINER, limit_bytes=LOG_BYTES)
        except (NotFound, Refused):  # the Pod is gone, or its container never ran: there is no log, and will be none
            return b""

    async def _finish(self, run: Run, meta: Metadata, before: ExecutionStatus, outcome: verdict.Verdict) -> None:
        run.hang_up()
        node = next((pod["spec"].get("nodeName") for pod in self._pods_of(run.key.uid)), None)
        patch = status.finished(
            meta, before, outcome, node=node, stages=run.stages, accepted=run.accepted, now=self.now()
        )
        try:
            await self._write(run, patch)
        except Refused as error:
            _LOG.warning("verdict refused with its output", extra={"uid": run.key.uid, "error": error.message})
            await self._write(run, status.without_output(patch, error.message))
        self._release(run.key)
        audit.finished(run.obj)

    async def _write(self, run: Run, patch: dict[str, Any]) -> None:
        key = run.key
        obj = await self.api.patch(CODEEXECUTIONS, key.namespace, key.name, patch, subresource="status")
        run.obj = obj

    async def _reject(self, run: Run, error: ValidationError) -> None:
        """An object the schema let through (an older one, say) and the models do not."""
        meta = Metadata.model_validate(run.obj["metadata"])
        try:
            before = ExecutionStatus.model_validate(run.obj.get("status", {}))
        except ValidationError:
            before = ExecutionStatus()
        if before.finished:
            self.runs.drop(run.key)
            return
        problem = policy.Refusal(Reason.INVALID_SPEC, _first_problem(error))
        await self._finish(run, meta, before, verdict.refused(problem))

    async def _reread(self, key: RunKey) -> None:
        try:
            obj = await self.api.get(CODEEXECUTIONS, key.namespace, key.name)
        except NotFound:
            obj = None
        if obj is None or obj["metadata"]["uid"] != key.uid:
            await self._forget(key)
        else:
            self.runs.observe(obj, self.now())
            self.queue.add(key)

    async def _forget(self, key: RunKey) -> None:
        """The execution is gone: nothing of it stays."""
        self.runs.drop(key)
        self._release(key)
        for pod in self._pods_of(key.uid):
            await self._delete(key.namespace, pod["metadata"]["name"], pod["metadata"]["uid"])
        self.queue.forget(key)

    async def _delete(self, namespace: str, name: str, uid: str) -> None:
        try:
            await self.api.delete(PODS, namespace, name, uid=uid, grace_seconds=0)
        except (NotFound, Conflict):
            return

    def _release(self, key: RunKey) -> None:
        for uid in self.slots.release(key.uid):
            if run := self.runs.by_uid(uid):
                self.queue.add(run.key)
        self._count_slots()

    def _count_slots(self) -> None:
        metrics.IN_FLIGHT.set(self.slots.held)
        metrics.WAITING.set(self.slots.waiting)
        metrics.QUEUE_DEPTH.set(len(self.queue))


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
