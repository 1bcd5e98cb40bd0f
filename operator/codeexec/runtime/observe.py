"""Gathers the one snapshot that a decision is made from."""

from typing import Any

from pydantic import ValidationError

from codeexec.domain.observed import Observed
from codeexec.domain.output import stored_bytes
from codeexec.domain.policy import DEFAULT_POLICY, EffectivePolicy, Refusal, effective
from codeexec.domain.sandbox import read_sandbox
from codeexec.kube.errors import NotFound
from codeexec.kube.resources import PODS
from codeexec.models.execution import CodeExecution
from codeexec.models.policy import SandboxPolicy
from codeexec.models.reasons import Reason
from codeexec.runtime.context import Context
from codeexec.runtime.runs import Run


async def observe(context: Context, run: Run, execution: CodeExecution) -> Observed:
    """A claimed run is counted as holding a slot, whoever claimed it."""
    ref = execution.status.sandbox
    pods = [pod for pod in context.pods_of(run.key.uid) if pod["metadata"]["uid"] not in run.deleting]
    if ref and not execution.status.finished:
        run.turn_to(ref.uid)
        context.slots.take(run.key.uid)
        if any(pod["metadata"]["uid"] == ref.uid and read_sandbox(pod).running for pod in pods):
            run.note(seen_running=True)
        if not any(pod["metadata"]["uid"] == ref.uid for pod in pods):
            pods += await _look_again(context, run, ref.pod, ref.uid)
    context.count()
    policy = effective_policy(context, execution)
    asked = isinstance(policy, EffectivePolicy) and policy.version == run.checked_by
    return Observed(
        execution=execution,
        policy=policy,
        sandboxes=tuple(sorted((read_sandbox(pod) for pod in pods), key=lambda sandbox: sandbox.attempt)),
        delivery=run.delivery,
        record=run.record,
        log_read=run.log is not None,
        slot_free=context.slots.free_for(run.key.uid),
        trouble=run.trouble,
        now=context.now(),
        checked=run.checked if asked else None,
        checking=asked and run.checks is not None,
        size=0 if ref else stored_bytes(run.obj),
    )


async def _look_again(context: Context, run: Run, name: str, uid: str) -> list[dict[str, Any]]:
    """Asks the API server itself before a Pod is believed to be gone."""
    try:
        pod = await context.api.get(PODS, run.key.namespace, name)
    except NotFound:
        return []
    if pod["metadata"]["uid"] != uid or uid in run.deleting:
        return []
    context.pods.put(pod)
    return [pod]


def effective_policy(context: Context, execution: CodeExecution) -> EffectivePolicy | Refusal:
    """The policy that applies, filled in; or why there is none."""
    ref = execution.spec.policy_ref
    name = ref.name if ref else DEFAULT_POLICY
    found = context.policies.get((execution.metadata.namespace, name))
    if found is None and ref:
        return Refusal(
            Reason.POLICY_NOT_FOUND,
            f"spec.policyRef names SandboxPolicy {name}, which is not in namespace {execution.metadata.namespace}",
        )
    try:
        stated = SandboxPolicy.model_validate(found) if found else None
    except ValidationError as error:
        return Refusal(Reason.POLICY_INVALID, f"SandboxPolicy {name}: {first_problem(error)}")
    return effective(stated, execution.spec.language)


def first_problem(error: ValidationError) -> str:
    """`spec.code: Field required`."""
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
