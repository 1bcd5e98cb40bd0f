"""Carries out what was decided: each step is one write to the API server, one read, or one stream begun."""

import logging
from typing import Any

import orjson

from codeexec.domain import labels, status, step
from codeexec.domain.artifacts import Collected, collect
from codeexec.domain.checked import FINDINGS_BYTES
from codeexec.domain.job import job, wall_time
from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.observed import Trouble
from codeexec.domain.output import bounded, other_bytes, room_beside, stored_bytes
from codeexec.domain.pod import Site, pick_uid, render_pod
from codeexec.domain.policy import EffectivePolicy
from codeexec.domain.program import plan
from codeexec.domain.reader import RecordReader, read_log
from codeexec.domain.sandbox import user_ids
from codeexec.domain.verdict import Verdict
from codeexec.kube.errors import Conflict, KubeError, NotFound, Refused
from codeexec.kube.resources import CODEEXECUTIONS, CONFIG_MAPS, PODS, key_of, version_of
from codeexec.models.execution import CodeExecution, Metadata
from codeexec.models.reasons import Reason
from codeexec.models.status import EffectiveLimits, ExecutionStatus
from codeexec.runtime import audit
from codeexec.runtime.context import Context
from codeexec.runtime.delivery import deliver
from codeexec.runtime.isolation import ensure_isolation
from codeexec.runtime.runs import Run

_LOG = logging.getLogger("codeexec.run")

LOG_BYTES = 8 << 20
LISTEN_SECONDS = 30.0
"""Over the wall time: the gate (20 s), the end of stragglers (2 s), the way."""


async def carry_out(context: Context, run: Run, execution: CodeExecution, decision: step.Step) -> None:
    """Raises KubeErrors; whatever has not happened by then is decided anew."""
    meta, before = execution.metadata, execution.status
    match decision:
        case step.Check(policy):
            run.begin_check(policy.version, _check(context, run, execution, policy))
        case step.CreateSandbox(attempt, limits):
            pod = _render(context, run, execution, attempt, limits)
            await _create(context, run, pod, network=execution.spec.access.network)
        case step.Claim(sandbox, limits, applied, checked):
            patch = status.claimed(meta, before, sandbox, limits, applied, run.accepted, context.now(), checked)
            await _write(context, run, patch)
            run.turn_to(sandbox.uid)
            run.note(claimed=sandbox.uid)
        case step.Deliver(sandbox, limits, applied):
            line = orjson.dumps(job(execution, limits, applied))
            run.reach("ready", context.now())
            seconds = wall_time(execution.spec, limits).total_seconds() + LISTEN_SECONDS
            run.begin(_session(context, run, sandbox.name, line, seconds))
        case step.ReadLog(sandbox):
            log = await _log_of(context, run.key.namespace, sandbox.name)
            end = sandbox.ended
            run.log = read_log(run.key.uid, log, end.exit_code, end.message) if end else read_log(run.key.uid, log)
        case step.Finish(verdict):
            kept = await _keep_artifacts(context, execution, verdict)
            await finish(context, run, meta, before, verdict, kept)
        case _:
            await _housekeeping(context, run, execution, decision)


async def _housekeeping(context: Context, run: Run, execution: CodeExecution, decision: step.Step) -> None:
    meta, before = execution.metadata, execution.status
    match decision:
        case step.Queue():
            context.slots.wait(run.key.uid)
            await _write(context, run, status.queued(meta, before, run.accepted, context.now()))
        case step.Acknowledge():
            await _write(context, run, status.acknowledged(meta, before))
        case step.DeleteSandbox(sandbox):
            await delete_pod(context, run.key.namespace, sandbox.name, sandbox.uid)
            run.deleting.add(sandbox.uid)
        case step.DeleteExecution():
            await context.api.delete(CODEEXECUTIONS, meta.namespace, meta.name, uid=meta.uid)
            context.runs.bury(run.key)


async def _check(context: Context, run: Run, execution: CodeExecution, policy: EffectivePolicy) -> None:
    """Findings get at most half of what the store leaves them and the output."""
    room = _room(run, other_bytes(len(execution.spec.batch), artifacts=bool(execution.spec.artifacts)))
    run.end_check(await context.validator.check(execution, policy, min(room // 2, FINDINGS_BYTES)))
    context.queue.add(run.key)


def _room(run: Run, other: int) -> int:
    return room_beside({name: value for name, value in run.obj.items() if name != "status"}, other)


def _render(
    context: Context, run: Run, execution: CodeExecution, attempt: int, limits: EffectiveLimits
) -> dict[str, Any]:
    uid = pick_uid(run.key.uid, user_ids(context.pods.all()))
    site = Site(context.config.images[TOOLCHAINS[execution.spec.language].image], context.config.user_namespaces)
    return render_pod(execution, limits, attempt, uid, site)


async def _create(context: Context, run: Run, pod: dict[str, Any], *, network: bool) -> None:
    context.slots.take(run.key.uid)
    reason = Reason.NETWORK_NOT_ISOLATED
    try:
        await ensure_isolation(context.api, run.key.namespace, network=network)
        reason = Reason.SANDBOX_ERROR
        context.pods.put(await context.api.create(PODS, run.key.namespace, pod))
        run.trouble = None
    except Conflict as error:
        if error.reason != "AlreadyExists":  # two writers met at a ResourceQuota, say
            raise
        found = await context.api.get(PODS, run.key.namespace, pod["metadata"]["name"])
        if found["metadata"].get("labels", {}).get(labels.EXECUTION_UID) != run.key.uid:
            raise RuntimeError(f"Pod {key_of(found)} has the name of a sandbox, but is none of ours") from None
        context.pods.put(found)
    except Refused as error:
        since = run.trouble.since if run.trouble else context.now()
        run.trouble = Trouble(since, error.message, reason)
        raise


async def _session(context: Context, run: Run, pod: str, job: bytes, seconds: float) -> None:
    def sending() -> None:
        run.note(sent=True)
        run.reach("delivered", context.now())

    def reported() -> None:
        context.queue.add(run.key)

    reader = run.reader = RecordReader(run.key.uid)
    try:
        attached = context.api.attach(run.key.namespace, pod, labels.CONTAINER)
        await deliver(attached, job, reader, seconds=seconds, sending=sending, reported=reported)
    except (KubeError, TimeoutError) as error:
        problem = str(error) or f"nothing was heard for {seconds:.0f} s"
        _LOG.info("stream ended early", extra={"uid": run.key.uid, "error": problem})
        run.delivery = run.delivery.failed(problem, context.now())
    finally:
        run.note(active=False)
        context.queue.add(run.key)


async def _log_of(context: Context, namespace: str, pod: str) -> bytes:
    try:
        return await context.api.logs(namespace, pod, labels.CONTAINER, limit_bytes=LOG_BYTES)
    except (NotFound, Refused):  # the Pod is gone, or its container never ran: there is no log, and will be none
        return b""


async def _keep_artifacts(context: Context, execution: CodeExecution, verdict: Verdict) -> Collected:
    """Before the verdict that names them. A ConfigMap that is there already is ours, from before a crash: its name has
    the execution's uid in it, and readers have its digests."""
    if not verdict.files and not verdict.skipped:
        return Collected()
    names = tuple(item.name for item in plan(execution.spec).items)
    kept = collect(execution, names, verdict.files, verdict.skipped)
    if kept.config_map is None:
        return kept
    try:
        await context.api.create(CONFIG_MAPS, execution.metadata.namespace, kept.config_map)
    except Conflict as error:
        if error.reason != "AlreadyExists":
            raise
    except Refused as error:
        return kept.without_config_map(bounded(f"it could not be stored: {error.message}", 500))
    return kept


async def finish(
    context: Context,
    run: Run,
    meta: Metadata,
    before: ExecutionStatus,
    verdict: Verdict,
    kept: Collected = Collected(),  # noqa: B008 frozen
) -> None:
    """Writes the verdict, once and for all. The slot is given back later, when the Pod is gone."""
    run.hang_up()
    pods = (pod for pod in context.pods_of(run.key.uid) if pod["metadata"]["uid"] == run.sandbox)
    node = next((pod["spec"].get("nodeName") for pod in pods), None)
    other = other_bytes(len(verdict.items), artifacts=bool(kept.artifacts))
    warnings = stored_bytes([found.manifest() for found in before.violations or ()])
    room = _room(run, other + warnings)
    patch = status.finished(
        meta,
        before,
        verdict,
        node=node,
        stages=run.stages,
        accepted=run.accepted,
        now=context.now(),
        artifacts=kept.artifacts,
        room=room,
    )
    try:
        await _write(context, run, patch)
    except Refused as error:
        _LOG.warning("verdict refused with its output", extra={"uid": run.key.uid, "error": error.message})
        await _write(context, run, status.without_output(patch, error.message))
    audit.finished(run.obj)


async def _write(context: Context, run: Run, patch: dict[str, Any]) -> None:
    key = run.key
    obj = await context.api.patch(CODEEXECUTIONS, key.namespace, key.name, patch, subresource="status")
    if version_of(obj) > version_of(run.obj):  # else the watch has brought something newer meanwhile
        run.obj = obj


async def delete_pod(context: Context, namespace: str, name: str, uid: str) -> None:
    try:
        await context.api.delete(PODS, namespace, name, uid=uid, grace_seconds=0)
    except (NotFound, Conflict):  # already gone, or another one of that name
        return
