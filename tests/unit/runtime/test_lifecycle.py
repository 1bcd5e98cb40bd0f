"""Runs from apply to verdict, through the real reconciler: what a user sees, and what it costs."""

from codeexec.domain import labels
from codeexec.domain.pod import pick_uid
from codeexec.kube.resources import CODEEXECUTIONS, NETWORK_POLICIES, PODS, SANDBOXPOLICIES
from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.world import CONFIG, NAMESPACE, World


def verbs(world: World) -> list[str]:
    """The writes so far, without who and whom: `create pods`, `patch codeexecutions Running` ..."""
    writes = [attempt.split(": ")[1].split() for attempt in world.cluster.attempts]
    return [" ".join([verb, what.split("/")[0], *rest]) for verb, what, *rest in writes]


def test_a_program_is_run_once_and_its_output_is_in_status(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.settle()
    status = world.status(uid)
    assert (status.reason, status.success, status.exit_code) == ("Completed", True, 0)
    assert status.output == world.execution(uid)["spec"]["code"]
    assert world.node.starts == {uid: 1}
    world.check_settled()


def test_a_run_costs_four_writes(world: World) -> None:
    world.start_operator()
    world.apply("first")
    world.settle()
    before = len(world.cluster.attempts)
    world.apply("second")
    world.settle()
    assert verbs(world)[before:] == [
        "create pods",
        "patch codeexecutions Running",
        "patch codeexecutions Completed",
        "delete pods",
    ]


def test_echoes_of_our_own_writes_cost_nothing(world: World) -> None:
    """Events of a finished run arrive one by one, later than everything that is known from elsewhere."""
    operator = world.start_operator()
    uid = world.apply("hello")
    operator.collect_news()
    operator.hear(uid)
    world.loop.advance()
    while world.node.everything_once():
        operator.pods.hear()
        world.loop.advance()
    assert world.status(uid).finished
    before = list(world.cluster.attempts)
    operator.collect_news()
    assert len(operator.news[uid]) == 2  # the claim, and the verdict
    for _ in range(2):
        operator.hear(uid)
        world.loop.advance(5)
    assert world.cluster.attempts[len(before) :] == []
    world.settle()
    world.check_settled()


def test_more_runs_than_slots_wait_in_line(world: World) -> None:
    world.start_operator()
    uids = [world.apply(f"run-{number}") for number in range(CONFIG.max_concurrent * 2)]
    world.calm(2)
    assert [world.status(uid).reason for uid in uids] == ["Running", "Running", "Queued", "Queued"]
    world.settle(world.check)
    assert {world.status(uid).reason for uid in uids} == {"Completed"}
    assert world.status(uids[-1]).timeline.queued
    world.check_settled()


def test_whoever_waits_in_line_is_not_forgotten_by_a_restart(world: World) -> None:
    operator = world.start_operator()
    uids = [world.apply(f"run-{number}") for number in range(CONFIG.max_concurrent * 2)]
    world.calm(2)
    operator.crash()
    world.settle(world.check)
    assert {world.status(uid).reason for uid in uids} == {"Completed"}
    world.check_settled()


def test_a_pod_whose_execution_went_while_nobody_looked_gives_its_slot_back(world: World) -> None:
    operator = world.start_operator()
    uids = [world.apply(f"run-{number}") for number in range(CONFIG.max_concurrent)]
    world.calm(2)
    operator.crash()
    for uid in uids:
        world.cluster.delete(CODEEXECUTIONS, NAMESPACE, world.execution(uid)["metadata"]["name"])
    world.start_operator()
    world.cluster.collect_garbage()
    later = world.apply("later")
    world.settle()
    assert world.status(later).reason == "Completed"
    world.check_settled()


def test_a_sandbox_that_ends_without_a_job_is_replaced(world: World) -> None:
    operator = world.start_operator()
    uid = world.apply("hello")
    operator.api.on_job = lambda: [stream.drop() for stream in list(operator.api.streams)]
    while not world.status(uid).sandbox or world.status(uid).sandbox.attempt == 0:
        assert world.calm()
    operator.api.on_job = lambda: None
    world.settle(world.check)
    assert world.status(uid).reason == "Completed"
    assert world.node.starts == {uid: 1}
    world.check_settled()


def test_what_is_known_about_one_sandbox_is_not_believed_about_the_next(world: World) -> None:
    """The claim of the second sandbox is stored, but its reply is lost: the operator learns of it by reading."""
    operator = world.start_operator()
    uid = world.apply("hello")

    def break_off() -> None:
        operator.api.on_job = lambda: None
        for stream in list(operator.api.streams):
            stream.drop()

    def lose_reply(_number: int, when: str) -> None:
        if when == "before" and world.cluster.attempts[-1].endswith("Running") and len(world.cluster.of(PODS)) == 2:
            world.cluster.faults.append(Fault.REPLY_LOST)

    operator.api.on_job = break_off
    operator.api.on_write = lose_reply
    world.settle(world.check)
    assert world.status(uid).reason == "Completed"
    world.check_settled()


def test_an_execution_that_asks_for_it_is_deleted_once(world: World) -> None:
    world.start_operator()
    world.apply("hello", ttlSecondsAfterFinished=60, ttlDeletes="Execution")
    world.settle(world.check)
    assert world.executions() == []
    assert verbs(world).count("delete codeexecutions") == 1
    world.check_settled()


def test_the_sandbox_is_kept_for_as_long_as_was_asked(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", ttlSecondsAfterFinished=60)
    while world.calm():
        pass
    assert world.status(uid).finished
    world.loop.advance(50)
    assert len(world.cluster.of(PODS)) == 1
    world.loop.advance(20)
    assert world.cluster.of(PODS) == []


def test_a_kept_sandbox_holds_no_slot(world: World) -> None:
    world.start_operator()
    uids = [world.apply(f"run-{number}", ttlSecondsAfterFinished=3600) for number in range(6)]
    while world.calm():
        pass
    assert {world.status(uid).reason for uid in uids} == {"Completed"}
    assert len(world.cluster.of(PODS)) == 6


def test_cancelled_before_it_started(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", cancel=True)
    world.settle()
    status = world.status(uid)
    assert (status.reason, status.output, status.sandbox) == ("Cancelled", None, None)
    assert verbs(world) == ["patch codeexecutions Cancelled"]


def test_cancelled_while_it_runs_keeps_what_it_printed(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    while not any(container.printed for container in world.node.containers.values()):
        assert world.calm()
    world.cluster.patch(CODEEXECUTIONS, NAMESPACE, "hello", {"spec": {"cancel": True}})
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.output) == ("Cancelled", world.execution(uid)["spec"]["code"])
    world.check_settled()


def test_deleted_while_it_runs_takes_its_pod_along(world: World) -> None:
    world.start_operator()
    world.apply("hello")
    while not any(container.started for container in world.node.containers.values()):
        assert world.calm()
    world.cluster.delete(CODEEXECUTIONS, NAMESPACE, "hello")
    world.settle(world.check)
    world.check_settled()


def test_made_again_under_its_name_is_another_run(world: World) -> None:
    world.start_operator()
    first = world.apply("hello")
    world.calm(3)
    world.cluster.delete(CODEEXECUTIONS, NAMESPACE, "hello")
    second = world.apply("hello")
    world.settle(world.check)
    assert first != second
    assert world.status(second).output == world.execution(second)["spec"]["code"]
    world.check_settled()


def test_an_image_that_cannot_be_pulled_ends_the_run(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.operators_act()
    world.node.sync()
    for container in world.node.containers.values():
        container.stuck = {"reason": "ErrImagePull", "message": "no such image"}
    world.settle(world.check)
    status = world.status(uid)
    assert status.reason == "ImageUnavailable"
    assert "no such image" in status.error.message
    world.check_settled()


def test_a_pod_that_fits_nowhere_ends_the_run(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.operators_act()
    world.node.sync()
    for container in world.node.containers.values():
        container.stuck = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes: too little memory"}
    world.settle(world.check)
    status = world.status(uid)
    assert status.reason == "Unschedulable"
    assert "too little memory" in status.error.message
    world.check_settled()


def test_a_pod_that_is_deleted_before_it_started_is_replaced(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.operators_act()
    (pod,) = world.cluster.of(PODS)
    world.cluster.delete(PODS, NAMESPACE, pod["metadata"]["name"], grace_seconds=0)
    world.settle(world.check)
    assert world.status(uid).reason == "Completed"
    world.check_settled()


def test_a_pod_that_is_deleted_while_the_program_may_run_is_not_replaced(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    while not any(container.started for container in world.node.containers.values()):
        assert world.calm()
    (pod,) = world.cluster.of(PODS)
    world.cluster.delete(PODS, NAMESPACE, pod["metadata"]["name"], grace_seconds=0)
    world.settle(world.check)
    assert world.status(uid).reason == "SandboxLost"
    assert world.node.starts == {uid: 1}
    world.check_settled()


def test_a_network_policy_that_was_opened_stops_runs(world: World) -> None:
    opened = {
        "metadata": {"name": labels.NETWORK_POLICY},
        "spec": {"podSelector": {"matchLabels": {labels.SANDBOX: "true"}}, "policyTypes": ["Ingress"]},
    }
    world.cluster.create(NETWORK_POLICIES, NAMESPACE, opened)
    world.start_operator()
    uid = world.apply("hello")
    world.settle(world.check)
    assert world.status(uid).reason == "NetworkNotIsolated"
    assert verbs(world) == ["patch codeexecutions NetworkNotIsolated"]
    world.check_settled()


def test_a_pod_that_was_made_although_its_reply_was_lost_is_found(world: World) -> None:
    """Its event is late as well: the name it would get again tells."""
    operator = world.start_operator()
    world.apply("first")
    world.settle()
    uid = world.apply("second")
    operator.collect_news()
    world.cluster.faults.append(Fault.REPLY_LOST)
    operator.hear(uid)
    world.loop.advance(1)
    assert world.status(uid).sandbox
    assert verbs(world)[-3:] == ["create pods", "create pods", "patch codeexecutions Running"]


def test_a_claim_whose_reply_was_lost_is_found_by_reading(world: World) -> None:
    """No event tells of it: the Pod has been running since before the restart, and the watch is late."""
    world.start_operator()
    uid = world.apply("hello")
    world.operators[0].api.on_write = lambda number, when: (
        world.operators[0].crash() if (number, when) == (2, "after") else None
    )
    world.calm(2)
    assert not world.alive
    world.node.everything_once()
    heir = world.start_operator()
    world.cluster.faults.append(Fault.REPLY_LOST)
    heir.hear(uid)
    world.loop.advance(1)
    (container,) = world.node.containers.values()
    assert container.stdin.endswith(b"\n")


def test_the_pod_of_a_deleted_execution_goes_at_once(world: World) -> None:
    """Not when the garbage collector gets to it."""
    world.start_operator()
    world.apply("hello")
    world.calm()
    world.cluster.delete(CODEEXECUTIONS, NAMESPACE, "hello")
    world.operators_act()
    assert world.cluster.of(PODS) == []


def test_a_cancelled_run_is_not_listened_to_any_more(world: World) -> None:
    operator = world.start_operator()
    uid = world.apply("hello", ttlSecondsAfterFinished=60)
    while not operator.api.streams:
        assert world.calm()
    world.cluster.patch(CODEEXECUTIONS, NAMESPACE, "hello", {"spec": {"cancel": True}})
    world.operators_act()
    assert world.status(uid).reason == "Cancelled"
    assert operator.api.streams == []


def test_sandboxes_have_users_of_their_own(world: World) -> None:
    """RLIMIT_NPROC counts by user: the id that this uid would get first is another sandbox's already."""
    world.start_operator()
    uid = world.apply("hello")
    first_choice = pick_uid(uid, ())
    stranger = {
        "metadata": {"name": "other", "labels": {labels.SANDBOX: "true", labels.EXECUTION_UID: "other"}},
        "spec": {"securityContext": {"runAsUser": first_choice}},
    }
    world.cluster.create(PODS, NAMESPACE, stranger)
    world.operators_act()
    users = {pod["spec"]["securityContext"]["runAsUser"] for pod in world.cluster.of(PODS)}
    assert users == {first_choice, first_choice + 1}


def test_a_quota_that_stays_used_up_ends_the_run_and_says_so(world: World) -> None:
    world.start_operator()
    world.cluster.quota_is_used_up = True
    uid = world.apply("hello")
    for _ in range(60):
        world.calm()
        world.loop.advance(5)
    status = world.status(uid)
    assert status.reason == "SandboxError"
    assert "exceeded quota" in status.error.message
    world.settle(world.check)
    world.check_settled()


def test_a_quota_that_is_given_room_in_time_lets_the_run_go_on(world: World) -> None:
    world.start_operator()
    world.cluster.quota_is_used_up = True
    uid = world.apply("hello")
    world.calm()
    world.loop.advance(10)
    world.settle(world.check)
    assert world.status(uid).reason == "Completed"


def test_a_log_that_is_lost_does_not_lose_the_verdict(world: World) -> None:
    """The stream breaks after the start; the log is gone; the termination message still has the result."""
    operator = world.start_operator()
    uid = world.apply("hello")
    while not any(container.started for container in world.node.containers.values()):
        assert world.calm()
    for stream in list(operator.api.streams):
        stream.drop()
    (container,) = world.node.containers.values()
    while not container.ended:
        world.node.step(container)
    container.log = b""
    world.settle(world.check)
    assert (world.status(uid).reason, world.status(uid).exit_code) == ("Completed", 0)
    assert world.node.starts == {uid: 1}


def test_a_policy_that_comes_a_moment_later_is_waited_for(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", policyRef={"name": "tight"})
    world.calm(2)
    world.loop.advance(2)
    limits = {"memory": "64Mi", "timeoutSeconds": 5}
    policy = {"metadata": {"name": "tight"}, "spec": {"languages": {"python": {"limits": limits}}}}
    world.cluster.create(SANDBOXPOLICIES, NAMESPACE, policy)
    world.settle(world.check)
    status = world.status(uid)
    assert status.reason == "Completed"
    assert (status.limits.memory, status.limits.timeout_seconds) == ("64Mi", 5)
    assert status.policy.name == "tight"


def test_a_policy_that_does_not_come_ends_the_run(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", policyRef={"name": "none"})
    world.settle(world.check)
    assert world.status(uid).reason == "PolicyNotFound"
    world.check_settled()


def test_an_object_the_models_do_not_take_is_told_so(world: World) -> None:
    uid = world.apply("hello")
    world.cluster.objects[CODEEXECUTIONS.plural, NAMESPACE, "hello"]["spec"]["timeoutSeconds"] = 0
    world.cluster._judge = lambda _before, _after: None  # an older API server's schema let it through
    world.start_operator()
    world.settle()
    status = world.execution(uid)["status"]
    assert status["reason"] == "InvalidSpec"
    assert "timeoutSeconds" in status["error"]["message"]
    assert verbs(world) == ["patch codeexecutions InvalidSpec"]


def test_what_is_reported_is_read_off_the_claimed_pod(world: World) -> None:
    """The first sandbox ends without a job on one node, the second runs on another."""
    operator = world.start_operator()
    uid = world.apply("hello")
    operator.api.on_job = lambda: [stream.drop() for stream in list(operator.api.streams)]
    while not world.status(uid).sandbox or world.status(uid).sandbox.attempt == 0:
        assert world.calm()
    operator.api.on_job = lambda: None
    first, second = sorted(pod["metadata"]["name"] for pod in world.cluster.of(PODS))
    world.cluster.patch(PODS, NAMESPACE, first, {"spec": {"nodeName": "node-0"}})
    world.settle()
    status = world.status(uid)
    assert (status.sandbox.pod, status.runtime.node) == (second, "node-1")
    times = status.timeline
    assert times.accepted <= times.claimed <= times.ready <= times.delivered <= times.started <= times.reported
