"""A whole small world: API server, node, clock, and operators made of the real reconciler, queue, runs and slots.

Nothing happens in it by itself. A test (or a state machine) delivers events, lets the node do a step, breaks things,
kills operators; `settle` lets everything run its course, and `check` says what must hold at every moment.
"""

import asyncio
import base64
import hashlib
import re
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from codeexec.config import Config
from codeexec.domain import labels
from codeexec.domain.checked import Checked
from codeexec.domain.policy import EffectivePolicy, Refusal
from codeexec.kube.api import KubeApi
from codeexec.kube.informer import Informer, by_label
from codeexec.kube.resources import CODEEXECUTIONS, CONFIG_MAPS, PODS, SANDBOXPOLICIES, Object, key_of
from codeexec.models.execution import CodeExecution
from codeexec.models.reasons import Reason
from codeexec.models.status import Artifact, ExecutionStatus
from codeexec.runtime.context import Context
from codeexec.runtime.queue import KeyedQueue
from codeexec.runtime.reconciler import Reconciler
from codeexec.runtime.runs import RunKey, Runs
from codeexec.runtime.slots import Slots
from codeexec.runtime.validation import Validator
from tests.unit.runtime.clock import FakeTimeLoop
from tests.unit.runtime.fake_cluster import FakeApi, FakeCluster, FakeInformer, copied
from tests.unit.runtime.fake_node import Node

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
NAMESPACE = "lab"
UNSAFE = "unsafe"
IMAGES = {name: f"{name}:test" for name in ("python", "node", "go", "rust", "java", "gcc")}
CONFIG = Config((), IMAGES, max_concurrent=2, user_namespaces=True, listen_port=0, verbose=False)
WORKERS = 3
PATIENCE = 1200.0
"""Seconds of silence after which nothing more will come: above every deadline there is for these runs."""

GAP = re.compile(r"\n\[\.\.\. [\d,]+ bytes left out \.\.\.\]\n")

_OWNER: ContextVar["Operator | None"] = ContextVar("_OWNER", default=None)


class FakeValidator:
    """Answers a moment later, and refuses code that says it is unsafe."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def check(self, execution: CodeExecution, policy: EffectivePolicy, _room: int) -> Checked:
        await asyncio.sleep(0)
        self._world.checks.append((execution.metadata.uid, policy.version))
        if UNSAFE not in (execution.spec.code or "") or policy.checks.profile == "off":
            return Checked(self._world.now())
        refusal = Refusal(Reason.UNSAFE_CODE_PATTERN, "main.py:1:1: it says so itself")
        return Checked(self._world.now(), refusal, count=1)


class Operator:
    """One process: what app.py wires together, over the fakes."""

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.api = FakeApi(world.cluster, world.node, name)
        self.tasks: set[asyncio.Task[Any]] = set()
        self.errors: list[Exception] = []
        self.pods = FakeInformer(
            world.cluster,
            PODS,
            indexes={labels.EXECUTION_UID: by_label(labels.EXECUTION_UID)},
            on_change=lambda kind, old, new: self.reconciler.pod_changed(kind, old, new),
        )
        self.policies = FakeInformer(world.cluster, SANDBOXPOLICIES)
        self.slots: Slots[str] = Slots(CONFIG.max_concurrent)
        self.queue: KeyedQueue[RunKey] = KeyedQueue()
        self.reconciler = Reconciler(
            Context(
                cast(KubeApi, self.api),
                cast(Informer, self.pods),
                cast(Informer, self.policies),
                CONFIG,
                self.queue,
                Runs(),
                self.slots,
                cast(Validator, FakeValidator(world)),
                now=world.now,
            )
        )
        self.news: dict[str, deque[tuple[str, Object]]] = {}
        """What the watch of executions has in store, by uid: order holds for one object, not between them."""
        self.told: dict[str, tuple[str, Object]] = {}
        self._position = 0

    @property
    def alive(self) -> bool:
        return not self.api.dead

    def start(self) -> None:
        self.pods.relist()
        self.policies.relist()
        for pod in self.pods.all():
            self.slots.take(pod["metadata"]["labels"].get(labels.EXECUTION_UID, pod["metadata"]["uid"]))
        for obj in self.world.cluster.of(CODEEXECUTIONS):
            self.news[obj["metadata"]["uid"]] = deque([("ADDED", copied(obj))])
        self._position = len(self.world.cluster.history)
        _OWNER.set(self)
        for _ in range(WORKERS):
            self.world.loop.create_task(self.queue.work(self.reconciler.reconcile, self._failed))
        _OWNER.set(None)

    def crash(self) -> None:
        """SIGKILL: tasks stop where they are, connections close, memory is gone."""
        if self.alive:
            self.api.dead = True
            for task in self.tasks:
                task.cancel()
            for stream in list(self.api.streams):
                stream.close()

    def collect_news(self) -> None:
        for kind, plural, obj in self.world.cluster.history[self._position :]:
            if plural == CODEEXECUTIONS.plural:
                self.news.setdefault(obj["metadata"]["uid"], deque()).append((kind, obj))
        self._position = len(self.world.cluster.history)

    def hear(self, uid: str, *, skip: bool = False) -> None:
        """The next event about one execution, or only the newest: kopf batches."""
        kind, obj = self.news[uid].popleft()
        while skip and self.news[uid]:
            kind, obj = self.news[uid].popleft()
        if not self.news[uid]:
            del self.news[uid]
        self.told[uid] = kind, obj
        self._tell(kind, obj)

    def repeatable(self) -> list[str]:
        """What may be heard again: a list has nothing that is gone."""
        exist = {obj["metadata"]["uid"] for obj in self.world.executions()}
        return sorted(uid for uid, (kind, _) in self.told.items() if kind == "DELETED" or uid in exist)

    def hear_again(self, uid: str) -> None:
        """A reconnected watch repeats itself."""
        self._tell(*self.told[uid])

    def hear_everything(self) -> bool:
        heard = self.pods.hear() | self.policies.hear()
        self.collect_news()
        for uid in list(self.news):
            while uid in self.news:
                self.hear(uid)
                heard = True
        return heard

    def _tell(self, kind: str, obj: Object) -> None:
        if kind == "DELETED":
            self.reconciler.execution_deleted(copied(obj))
        else:
            self.reconciler.execution_changed(copied(obj))

    def _failed(self, _key: RunKey, error: Exception) -> None:
        self.errors.append(error)


class World:
    def __init__(self) -> None:
        self.loop = FakeTimeLoop()
        self.loop.set_task_factory(self._task)
        self.loop.set_exception_handler(self._unhandled)
        self.cluster = FakeCluster(self.now)
        self.node = Node(self.cluster)
        self.operators: list[Operator] = []
        self.checks: list[tuple[str, tuple[str, int]]] = []
        """Which execution was checked, and against which version of which policy."""
        self.excused = 0
        """Sandboxes above the limit that a restart found, or a request of the dead made."""
        self._names = 0

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self.loop.time())

    def close(self) -> None:
        for operator in self.operators:
            operator.crash()
        self.loop.advance()
        self.loop.close()

    @property
    def alive(self) -> list[Operator]:
        return [operator for operator in self.operators if operator.alive]

    def start_operator(self) -> Operator:
        self._names += 1
        operator = Operator(self, f"operator-{self._names}")
        self.operators.append(operator)
        operator.start()
        self.loop.advance()
        return operator

    def apply(self, name: str, *, unsafe: bool = False, **spec: Any) -> str:
        """The uid of the new execution; its code names itself."""
        code = f"print('{name} {self.cluster.version}')" + (f"  # {UNSAFE}" if unsafe else "")
        body = {
            "apiVersion": "codeexec.dev/v1alpha1",
            "kind": "CodeExecution",
            "metadata": {"name": name},
            "spec": {"language": "python", "code": code, **spec},
        }
        uid: str = self.cluster.create(CODEEXECUTIONS, NAMESPACE, body)["metadata"]["uid"]
        return uid

    def allow(self, **validation: bool) -> None:
        """The namespace's policy lets programs ask for this."""
        body = {"metadata": {"name": "default"}, "spec": {"validation": validation}}
        self.cluster.create(SANDBOXPOLICIES, NAMESPACE, body)

    def executions(self) -> list[Object]:
        return self.cluster.of(CODEEXECUTIONS)

    def execution(self, uid: str) -> Object:
        return next(obj for obj in self.executions() if obj["metadata"]["uid"] == uid)

    def status(self, uid: str) -> ExecutionStatus:
        return ExecutionStatus.model_validate(self.execution(uid)["status"])

    def calm(self, rounds: int = 1) -> bool:
        """Everything that can happen without trouble and without time happens. False when nothing did."""
        happened = False
        for _ in range(rounds):
            before = self.cluster.version, len(self.cluster.attempts)
            happened |= self.operators_act()
            happened |= self.node.everything_once()
            self.cluster.collect_garbage()
            self.loop.advance()
            happened |= before != (self.cluster.version, len(self.cluster.attempts))
        return happened

    def operators_act(self) -> bool:
        """On everything there is to be heard of."""
        heard = [operator.hear_everything() for operator in self.alive]
        self.loop.advance()
        return any(heard)

    def settle(self, each_round: Callable[[], None] = lambda: None) -> None:
        """The trouble is over: until nothing has happened for a long time."""
        self.cluster.faults.clear()
        self.cluster.quota_is_used_up = False
        while self.cluster.held:
            self.cluster.let_go()
        while self.cluster.zombies:
            self.land()
        if not self.alive:
            self.start_operator()
        quiet = rounds = 0.0
        while quiet < PATIENCE:
            rounds += 1
            assert rounds < 5000, f"no rest: {self.cluster.attempts[-10:]}"
            quiet = 0.0 if self.calm() else quiet + 5
            self.loop.advance(5)
            each_round()

    def land(self) -> None:
        before = len(self.cluster.of(PODS))
        self.cluster.land()
        self.excused += len(self.cluster.of(PODS)) - before

    def check(self) -> None:
        """At every moment."""
        assert not self.cluster.violations, self.cluster.violations
        self._check_starts()
        using = 0
        for obj in self.executions():
            status = ExecutionStatus.model_validate(obj["status"])
            for one in (status, *(status.batch or ())):
                if one.output:
                    assert GAP.sub("", one.output) in ("", obj["spec"]["code"]), "output of another run"
            for artifact in status.artifacts or ():
                if artifact.config_map:
                    self._check_stored(obj, artifact)
            if status.success:
                assert self.node.starts[obj["metadata"]["uid"]] == 1
            using += not status.finished and any(map(self._in_use, self._pods_of(obj)))
        assert using <= CONFIG.max_concurrent + self.excused
        for operator in self.operators:
            for error in operator.errors:
                assert not isinstance(error, AssertionError | TypeError | AttributeError | KeyError | RuntimeError), (
                    repr(error)
                )

    def check_settled(self) -> None:
        """At the end, and that it is the end."""
        self.check()
        for obj in self.executions():
            status = ExecutionStatus.model_validate(obj["status"])
            assert status.finished, f"never ended: {obj}"
        assert not self.cluster.of(PODS), "a Pod is left that nobody needs"
        writes, version = list(self.cluster.attempts), self.cluster.version
        for operator in self.alive:
            for uid in operator.repeatable():
                operator.hear_again(uid)
            assert operator.slots.held == 0
            assert operator.slots.waiting == 0
        self.loop.advance(2 * 3600)
        assert self.cluster.attempts[len(writes) :] == []
        assert self.cluster.version == version

    def _check_starts(self) -> None:
        for uid, count in self.node.starts.items():
            assert count <= 1, f"user code of {uid} was started {count} times"
            unsafe = [
                obj for obj in self.executions() if obj["metadata"]["uid"] == uid and UNSAFE in obj["spec"]["code"]
            ]
            assert not unsafe, f"unsafe code of {uid} was started"

    def _check_stored(self, execution: Object, artifact: Artifact) -> None:
        """A verdict never names a ConfigMap that is not there, or not its own."""
        assert artifact.config_map
        stored = self.cluster.read(CONFIG_MAPS, NAMESPACE, artifact.config_map.name)
        assert [owner["uid"] for owner in stored["metadata"]["ownerReferences"]] == [execution["metadata"]["uid"]]
        data = base64.b64decode(stored["binaryData"][artifact.config_map.key])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (artifact.bytes, artifact.sha256)

    def _pods_of(self, execution: Object) -> list[Object]:
        uid = execution["metadata"]["uid"]
        return [pod for pod in self.cluster.of(PODS) if pod["metadata"]["labels"][labels.EXECUTION_UID] == uid]

    def _in_use(self, pod: Object) -> bool:
        container = self.node.containers.get(pod["metadata"]["uid"])
        return "deletionTimestamp" not in pod["metadata"] and not (container and container.ended)

    def _task(
        self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **kwargs: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=loop, **kwargs)
        if owner := _OWNER.get():
            owner.tasks.add(task)
            task.add_done_callback(owner.tasks.discard)
        return task

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.cluster.violations.append(f"unhandled: {context}")


__all__ = ["NAMESPACE", "Operator", "World", "key_of"]
