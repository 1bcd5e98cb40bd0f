"""A state machine that causes every trouble it can think of, in any order, to the real reconciler.

What must hold is in `World.check` (at every moment) and `World.check_settled` (when the trouble is over).
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from codeexec.kube.errors import Conflict, NotFound
from codeexec.kube.resources import CODEEXECUTIONS, PODS, Object, key_of
from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.fake_node import Container
from tests.unit.runtime.world import NAMESPACE, World

NAMES = ["a", "b", "c", "d"]
WHICH = st.integers(0, 5)
STUCK = st.sampled_from(
    [
        {"reason": "ErrImagePull", "message": "not found"},
        {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"},
    ]
)


class Trouble(RuleBasedStateMachine):
    """One operator at a time, as a Deployment with strategy Recreate gives it."""

    most_operators = 1

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @initialize()
    def begin(self) -> None:
        self.world.start_operator()

    # People

    @rule(name=st.sampled_from(NAMES), ttl=st.sampled_from([None, 0, 60]), deletes=st.booleans())
    def apply(self, name: str, ttl: int | None, deletes: bool) -> None:  # noqa: FBT001 hypothesis fills it in
        spec: dict[str, Any] = {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
        if deletes and ttl is not None:
            spec["ttlDeletes"] = "Execution"
        try:
            self.world.apply(name, **spec)
        except Conflict:
            return

    @precondition(lambda self: self.world.executions())
    @rule(which=WHICH, again=st.booleans())
    def delete(self, which: int, again: bool) -> None:  # noqa: FBT001
        obj = self._one(self.world.executions(), which)
        self.world.cluster.delete(CODEEXECUTIONS, *key_of(obj))
        if again:
            self.world.apply(obj["metadata"]["name"])

    @precondition(lambda self: self.world.executions())
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self._edit(which, {"spec": {"cancel": True}})

    @precondition(lambda self: self.world.executions())
    @rule(which=WHICH, value=st.sampled_from("xy"))
    def label(self, which: int, value: str) -> None:
        """Somebody else's write: the version changes, and nothing that matters."""
        self._edit(which, {"metadata": {"labels": {"touched": value}}})

    # The node, and who deals with Pods

    @rule(which=WHICH)
    def node_starts(self, which: int) -> None:
        if container := self._container(which):
            self.world.node.start(container)

    @rule(which=WHICH)
    def runner_steps(self, which: int) -> None:
        if container := self._container(which):
            self.world.node.step(container)

    @rule(which=WHICH)
    def kubelet_reports(self, which: int) -> None:
        if container := self._container(which):
            self.world.node.report(container)

    @rule(which=WHICH, why=STUCK)
    def does_not_start(self, which: int, why: dict[str, str]) -> None:
        if (container := self._container(which)) and not container.running:
            container.stuck = why

    @rule(which=WHICH)
    def out_of_memory(self, which: int) -> None:
        if container := self._container(which):
            container.end(137, "OOMKilled")

    @rule(which=WHICH)
    def log_is_lost(self, which: int) -> None:
        """Rotated away, or the node's disk is full."""
        if container := self._container(which):
            container.log = b""

    @rule(used_up=st.booleans())
    def quota(self, used_up: bool) -> None:  # noqa: FBT001
        self.world.cluster.quota_is_used_up = used_up

    @rule(which=WHICH)
    def evict(self, which: int) -> None:
        if container := self._container(which):
            self.world.node.evict(container)

    @rule(which=WHICH, grace=st.sampled_from([None, 0]))
    def delete_pod(self, which: int, grace: int | None) -> None:
        if pods := self.world.cluster.of(PODS):
            self.world.cluster.delete(PODS, *key_of(self._one(pods, which)), grace_seconds=grace)

    @rule()
    def node_notices_deletions(self) -> None:
        self.world.node.sync()

    @rule()
    def garbage_is_collected(self) -> None:
        self.world.cluster.collect_garbage()

    # The network

    @rule(which=WHICH, operator=WHICH, skip=st.booleans())
    def hear_of_execution(self, which: int, operator: int, skip: bool) -> None:  # noqa: FBT001
        if alive := self.world.alive:
            listener = self._one(alive, operator)
            listener.collect_news()
            if listener.news:
                listener.hear(self._one(sorted(listener.news), which), skip=skip)

    @rule(which=WHICH, operator=WHICH)
    def hear_again(self, which: int, operator: int) -> None:
        if alive := self.world.alive:
            listener = self._one(alive, operator)
            if listener.repeatable():
                listener.hear_again(self._one(listener.repeatable(), which))

    @rule(which=WHICH, operator=WHICH)
    def deletion_is_missed(self, which: int, operator: int) -> None:
        """kopf does not notice what was deleted while its watch was down."""
        if alive := self.world.alive:
            listener = self._one(alive, operator)
            listener.collect_news()
            gone = sorted(uid for uid, news in listener.news.items() if news[-1][0] == "DELETED")
            if gone:
                del listener.news[self._one(gone, which)]

    @rule(operator=WHICH, most=st.integers(1, 3))
    def hear_of_pods(self, operator: int, most: int) -> None:
        if alive := self.world.alive:
            self._one(alive, operator).pods.hear(most)

    @rule(operator=WHICH)
    def relist_pods(self, operator: int) -> None:
        if alive := self.world.alive:
            self._one(alive, operator).pods.relist()

    @rule(operator=WHICH)
    def stream_breaks(self, operator: int) -> None:
        if alive := self.world.alive:
            for stream in list(self._one(alive, operator).api.streams):
                stream.drop()

    @rule(fault=st.sampled_from(Fault))
    def next_write(self, fault: Fault) -> None:
        self.world.cluster.faults.append(fault)

    @precondition(lambda self: self.world.cluster.held)
    @rule()
    def slow_request_goes_on(self) -> None:
        self.world.cluster.let_go()

    @precondition(lambda self: self.world.cluster.zombies)
    @rule()
    def request_of_the_dead_arrives(self) -> None:
        self.world.land()

    # Operators, time, and luck

    @rule(which=WHICH)
    def crash(self, which: int) -> None:
        if alive := self.world.alive:
            self._one(alive, which).crash()

    @rule()
    def start_operator(self) -> None:
        if len(self.world.alive) < self.most_operators:
            self.world.start_operator()

    @rule(seconds=st.sampled_from([0.1, 1, 5, 30, 130, 250]))
    def time_passes(self, seconds: float) -> None:
        self.world.loop.advance(seconds)

    @rule(rounds=st.integers(1, 6))
    def all_goes_well(self, rounds: int) -> None:
        self.world.calm(rounds)

    @invariant()
    def holds(self) -> None:
        self.world.loop.advance()
        self.world.check()

    def teardown(self) -> None:
        try:
            self.world.settle(self.world.check)
            self.world.check_settled()
        finally:
            self.world.close()

    def _one(self, things: list[Any], which: int) -> Any:
        return things[which % len(things)]

    def _container(self, which: int) -> Container | None:
        containers = list(self.world.node.containers.values())
        return self._one(containers, which) if containers else None

    def _edit(self, which: int, patch: Object) -> None:
        obj = self._one(self.world.executions(), which)
        try:
            self.world.cluster.patch(CODEEXECUTIONS, NAMESPACE, obj["metadata"]["name"], patch)
        except (NotFound, Conflict):
            return


TestTrouble = Trouble.TestCase
TestTrouble.settings = settings(stateful_step_count=40)


class TroubleWithTwo(Trouble):
    """Two at once: the lease is lost and its holder does not know, or a node that was cut off comes back."""

    most_operators = 2


TestTroubleWithTwo = TroubleWithTwo.TestCase
TestTroubleWithTwo.settings = settings(stateful_step_count=40)
