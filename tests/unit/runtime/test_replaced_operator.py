"""Two operators alive at once: the old one does not know yet that it was replaced."""

from codeexec.kube.resources import CODEEXECUTIONS, PODS
from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.world import NAMESPACE, World


def test_the_replaced_one_does_not_start_again_what_its_heir_has_started(world: World) -> None:
    """The first claims a Pod and hears nothing more until that Pod is gone; the second has used it meanwhile."""
    first = world.start_operator()
    uid = world.apply("hello")
    first.hear_everything()
    world.loop.advance()
    assert world.status(uid).sandbox
    second = world.start_operator()
    world.node.everything_once()
    for _ in range(4):
        second.hear_everything()
        world.loop.advance()
        for container in world.node.containers.values():
            if not container.started:
                world.node.step(container)
    assert world.node.starts == {uid: 1}
    (pod,) = world.cluster.of(PODS)
    world.cluster.delete(PODS, NAMESPACE, pod["metadata"]["name"], grace_seconds=0)
    first.hear_everything()
    world.loop.advance()
    world.settle(world.check)
    assert world.node.starts == {uid: 1}
    assert world.status(uid).reason == "SandboxLost"
    world.check_settled()


def test_a_pod_is_not_believed_to_be_gone_because_nobody_has_heard_of_it_yet(world: World) -> None:
    """The claim is heard of before the Pod it names: the two watches know nothing of each other."""
    first, second = world.start_operator(), world.start_operator()
    uid = world.apply("hello")
    first.hear_everything()
    world.loop.advance()
    second.collect_news()
    second.hear(uid, skip=True)
    world.loop.advance()
    assert world.status(uid).reason == "Running"
    first.crash()
    world.settle(world.check)
    assert world.status(uid).reason == "Completed"


def test_both_take_up_the_same_run(world: World) -> None:
    """Their jobs mix in one stdin: no program starts from that, and the platform takes the blame."""
    world.start_operator()
    world.start_operator()
    uids = [world.apply(name) for name in ("a", "b", "c")]
    world.settle(world.check)
    for uid in uids:
        assert (world.status(uid).reason, world.node.starts[uid]) in [("Completed", 1), ("SandboxError", 0)]
    world.check_settled()


def test_a_cancel_that_comes_while_a_claim_is_on_its_way_is_seen(world: World) -> None:
    """Its event overtakes the reply to our own write, which is older."""
    operator = world.start_operator()
    uid = world.apply("hello")

    def on_write(_number: int, when: str) -> None:
        if when == "before" and world.cluster.attempts[-1].endswith("Running"):
            world.cluster.faults.append(Fault.SLOW_TO_ANSWER)

    operator.api.on_write = on_write
    world.operators_act()
    assert world.cluster.held
    world.cluster.patch(CODEEXECUTIONS, NAMESPACE, "hello", {"spec": {"cancel": True}})
    world.operators_act()
    world.cluster.let_go()
    world.settle(world.check)
    assert world.status(uid).reason == "Cancelled"
    assert not world.node.starts
    world.check_settled()
