"""The check of a run's code: nothing starts without it, whatever happens meanwhile."""

from codeexec.kube.resources import CODEEXECUTIONS, SANDBOXPOLICIES
from tests.unit.runtime.world import NAMESPACE, World


def test_unsafe_code_is_refused_without_a_sandbox(world: World) -> None:
    world.start_operator()
    uid = world.apply("evil", unsafe=True)
    world.settle()
    status = world.status(uid)
    assert (status.reason, status.success, status.violation_count) == ("UnsafeCode", False, 1)
    assert status.error
    assert status.error.code == "UNSAFE_CODE_PATTERN"
    assert status.timeline
    assert status.timeline.validated
    assert not [attempt for attempt in world.cluster.attempts if "pods" in attempt]
    world.check_settled()


def test_code_is_checked_once(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.settle()
    assert [checked for checked, _ in world.checks] == [uid]
    assert world.status(uid).timeline.validated  # type: ignore[union-attr]


def test_a_policy_that_changes_before_the_start_is_asked_again(world: World) -> None:
    """Runs that wait in line are under the policy of the day when they start."""
    world.allow()
    world.start_operator()
    for number in range(3):
        uid = world.apply(f"run-{number}")
    world.calm(2)
    assert world.status(uid).reason == "Queued"
    policy = world.cluster.of(SANDBOXPOLICIES)[0]
    spec = {"languages": {"python": {"validation": {"profile": "standard"}}}}
    world.cluster.patch(SANDBOXPOLICIES, NAMESPACE, policy["metadata"]["name"], {"spec": spec})
    world.settle()
    assert world.status(uid).reason == "Completed"
    assert [generation for checked, (_, generation) in world.checks if checked == uid] == [1, 2]


def test_an_operator_that_dies_in_the_check_is_followed_by_one_that_checks(world: World) -> None:
    operator = world.start_operator()
    uid = world.apply("evil", unsafe=True)
    operator.collect_news()
    operator.hear(uid)
    operator.crash()
    world.settle()
    assert world.status(uid).reason == "UnsafeCode"
    world.check_settled()


def test_a_run_that_is_deleted_in_the_check_is_forgotten(world: World) -> None:
    operator = world.start_operator()
    uid = world.apply("hello")
    operator.collect_news()
    operator.hear(uid)
    world.cluster.delete(CODEEXECUTIONS, NAMESPACE, "hello")
    world.settle()
    world.check_settled()
