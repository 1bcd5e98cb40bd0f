"""What the parts of the reconciler share: the cluster, its caches, the queue, and what is known of each run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from codeexec import metrics
from codeexec.config import Config
from codeexec.domain import labels
from codeexec.kube.api import KubeApi
from codeexec.kube.informer import Informer
from codeexec.runtime.queue import KeyedQueue
from codeexec.runtime.runs import RunKey, Runs
from codeexec.runtime.slots import Slots
from codeexec.runtime.validation import Validator


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Context:
    api: KubeApi
    pods: Informer
    policies: Informer
    config: Config
    queue: KeyedQueue[RunKey]
    runs: Runs
    slots: Slots[str]
    validator: Validator
    now: Callable[[], datetime] = utc_now

    def pods_of(self, uid: str) -> list[dict[str, Any]]:
        """Pods of the execution with this uid, as far as our copy goes."""
        return self.pods.by_index(labels.EXECUTION_UID, uid)

    def release(self, uid: str) -> None:
        """Its slot, or its place in the line, is free for the next."""
        for next_uid in self.slots.release(uid):
            if run := self.runs.by_uid(next_uid):
                self.queue.add(run.key)
        self.count()

    def count(self) -> None:
        metrics.IN_FLIGHT.set(self.slots.held)
        metrics.WAITING.set(self.slots.waiting)
        metrics.QUEUE_DEPTH.set(len(self.queue))
