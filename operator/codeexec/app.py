"""Wires the operator together, and knows how it starts and stops."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from typing import Any

from codeexec import metrics
from codeexec.config import Config
from codeexec.domain import labels
from codeexec.kube.api import KubeApi
from codeexec.kube.credentials import connect_settings
from codeexec.kube.informer import Informer, by_label
from codeexec.kube.resources import PODS, SANDBOXPOLICIES, Key
from codeexec.runtime import web
from codeexec.runtime.context import Context, utc_now
from codeexec.runtime.policies import PolicyReconciler
from codeexec.runtime.queue import KeyedQueue
from codeexec.runtime.reconciler import Reconciler
from codeexec.runtime.runs import RunKey, Runs
from codeexec.runtime.slots import Slots
from codeexec.runtime.validation import Validator
from codeexec.validation.pool import ValidatorPool

_LOG = logging.getLogger("codeexec")

WORKERS = 16
VALIDATORS = 2
"""A check is all processor time; the Pod's memory limit has room for as many at their limit."""
SILENCE_SECONDS = 120.0
"""A watch says something (a bookmark at least) about once a minute; twice that without a word is a dead one."""


class App:
    """The operator's own half: everything but the trigger, which is kopf's (handlers.py)."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._stack = AsyncExitStack()
        self._reconciler: Reconciler | None = None
        self._informers: list[Informer] = []

    async def start(self) -> None:
        """Returns once the caches are filled: an execution observed after that is seen with its Pods."""
        config, stack = self.config, self._stack
        api = await stack.enter_async_context(self.connect(await connect_settings()))
        queue: KeyedQueue[RunKey] = KeyedQueue()
        namespaces = config.namespaces or None
        pods = Informer(
            api,
            PODS,
            namespaces=namespaces,
            labels=labels.SANDBOX_SELECTOR,
            indexes={labels.EXECUTION_UID: by_label(labels.EXECUTION_UID)},
            on_change=lambda kind, old, new: reconciler.pod_changed(kind, old, new),
        )
        policies = Informer(
            api,
            SANDBOXPOLICIES,
            namespaces=namespaces,
            on_change=lambda kind, old, new: policy_reconciler.changed(kind, old, new),
        )
        slots: Slots[str] = Slots(config.max_concurrent)
        pool = await stack.enter_async_context(ValidatorPool(VALIDATORS))
        metrics.VALIDATIONS_WAITING.set_function(lambda: pool.waiting)
        metrics.VALIDATORS_STARTED.set_function(lambda: pool.figures.workers_started)
        context = Context(api, pods, policies, config, queue, Runs(), slots, Validator(pool, utc_now))
        reconciler = Reconciler(context)
        policy_queue: KeyedQueue[Key] = KeyedQueue()
        policy_reconciler = PolicyReconciler(context, policy_queue)
        self._informers = [pods, policies]
        for informer in self._informers:
            await stack.enter_async_context(informer)
        for informer in self._informers:
            await informer.synced()
        for pod in pods.all():  # they are in flight, though their executions have not been seen yet
            slots.take(pod["metadata"]["labels"].get(labels.EXECUTION_UID, pod["metadata"]["uid"]))
        server = await web.serve(config.listen_port, healthy=self.unhealthy, ready=self.unready)
        stack.push_async_callback(server.cleanup)
        for number in range(WORKERS):
            worker = asyncio.create_task(queue.work(reconciler.reconcile, _failed), name=f"worker {number}")
            stack.callback(worker.cancel)
        checking = asyncio.create_task(policy_queue.work(policy_reconciler.reconcile, _policy_failed), name="policies")
        stack.callback(checking.cancel)
        self._reconciler = reconciler
        _LOG.info("operator started", extra={"namespaces": config.namespaces or "all", "slots": config.max_concurrent})

    def connect(self, credentials: Any) -> KubeApi:
        return KubeApi(credentials, on_request=_count)

    async def stop(self) -> None:
        """Leaves running sandboxes alone: the next operator reads their verdict from their log."""
        self._reconciler = None
        await self._stack.aclose()

    def execution_changed(self, obj: dict[str, Any], *, deleted: bool) -> None:
        assert self._reconciler  # noqa: S101 kopf starts no watch before its startup handlers have ended
        if deleted:
            self._reconciler.execution_deleted(obj)
        else:
            self._reconciler.execution_changed(obj)

    def unready(self) -> str:
        return "" if self._reconciler else "starting"

    def unhealthy(self) -> str:
        quiet = [time.monotonic() - informer.last_activity for informer in self._informers]
        worst = max(quiet, default=0.0)
        return f"a watch has been silent for {worst:.0f} s" if worst > SILENCE_SECONDS else ""


def _count(verb: str, resource: str, code: int) -> None:
    metrics.API_REQUESTS.labels(verb, resource, str(code)).inc()


def _policy_failed(key: Key, error: Exception) -> None:
    metrics.FAILURES.inc()
    _LOG.warning("policy not looked at, trying again", extra={"namespace": key[0], "policy": key[1]}, exc_info=error)


def _failed(key: RunKey, error: Exception) -> None:
    metrics.FAILURES.inc()
    extra = {"namespace": key.namespace, "execution": key.name, "uid": key.uid}
    _LOG.warning("reconcile failed, trying again", extra=extra, exc_info=error)
