"""Batches, artifacts and access rights through the real reconciler: what is written, and in which order."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from codeexec.domain import labels
from codeexec.kube.resources import CODEEXECUTIONS, CONFIG_MAPS, NETWORK_POLICIES, PODS
from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.world import IMAGES, NAMESPACE, World

LARGE = bytes(range(256)) * 100
SAVING: dict[str, Any] = {"access": {"filesystem": True}, "artifacts": ["*.bin", "*.txt"]}
TWO = [{"name": "a"}, {"name": "b"}]


def saving(world: World, *, files: dict[str, bytes], **spec: Any) -> str:
    world.allow(allowFileSystemAccess=True)
    world.node.files = files
    return world.apply("hello", **SAVING | spec)


def writes(world: World) -> list[str]:
    return [attempt.split(": ")[1] for attempt in world.cluster.attempts]


def at_write(world: World, ending: str, moment: str, act: Callable[[], object]) -> None:
    """`act` happens when the operator writes what ends like this."""

    def on_write(_number: int, when: str) -> None:
        if when == moment and world.cluster.attempts[-1].endswith(ending):
            act()

    world.alive[-1].api.on_write = on_write


def config_map_of(world: World, uid: str) -> dict[str, bytes]:
    (found,) = world.cluster.of(CONFIG_MAPS)
    assert found["metadata"]["name"] == labels.artifacts_name(uid)
    return {key: base64.b64decode(data) for key, data in found["binaryData"].items()}


def test_a_batch_is_one_job_in_one_sandbox_and_costs_no_write_more(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", batch=[*TWO, {"name": "c", "expectedOutput": "something else"}])
    world.settle(world.check)
    status = world.status(uid)
    assert [(item.name, item.reason) for item in status.batch] == [
        ("a", "Completed"),
        ("b", "Completed"),
        ("c", "WrongOutput"),
    ]
    assert (status.reason, status.success, status.output) == ("WrongOutput", False, None)
    assert world.node.starts == {uid: 1}
    assert [write.split()[0] for write in writes(world)][-4:] == ["create", "patch", "patch", "delete"]
    world.check_settled()


@pytest.mark.parametrize(
    ("language", "image"),
    [
        ("python", "python"),
        ("javascript", "node"),
        ("typescript", "node"),
        ("go", "go"),
        ("rust", "rust"),
        ("java", "java"),
        ("cpp", "gcc"),
        ("c", "gcc"),
    ],
)
def test_each_language_runs_in_its_image(world: World, language: str, image: str) -> None:
    world.start_operator()
    uid = world.apply("hello", language=language)
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.runtime.image) == ("Completed", IMAGES[image])
    compiled = language not in ("python", "javascript")
    assert (status.metrics.compile_time_ms is not None) == (status.limits.compile is not None) == compiled


def test_small_artifacts_are_in_status_and_cost_nothing(world: World) -> None:
    world.start_operator()
    uid = saving(world, files={"a.txt": b"one\n", "b.bin": b"\xff", "c.png": b"not asked for"})
    world.settle(world.check)
    found = [(one.path, one.content, one.content_base64) for one in world.status(uid).artifacts]
    assert found == [("a.txt", "one\n", None), ("b.bin", None, "/w==")]
    assert world.cluster.of(CONFIG_MAPS) == []


def test_the_config_map_is_there_before_the_verdict_that_names_it(world: World) -> None:
    world.start_operator()
    uid = saving(world, files={"large.bin": LARGE}, batch=TWO)
    world.settle(world.check)
    done = writes(world)
    assert done.index(f"create configmaps/{labels.artifacts_name(uid)}") < done.index(
        "patch codeexecutions/hello Completed"
    )
    status = world.status(uid)
    assert [(one.item, one.bytes) for one in status.artifacts] == [("a", len(LARGE)), ("b", len(LARGE))]
    assert config_map_of(world, uid) == {"0": LARGE, "1": LARGE}
    world.check_settled()


def test_what_a_program_left_behind_goes_with_its_execution(world: World) -> None:
    world.start_operator()
    saving(world, files={"large.bin": LARGE})
    world.settle(world.check)
    world.cluster.delete(CODEEXECUTIONS, NAMESPACE, "hello")
    world.settle(world.check)
    assert world.cluster.of(CONFIG_MAPS) == []


def test_killed_between_the_config_map_and_the_verdict(world: World) -> None:
    """The next operator is told that it is there already, and takes that as done."""
    operator = world.start_operator()
    uid = saving(world, files={"large.bin": LARGE})
    at_write(world, labels.artifacts_name(uid), "after", operator.crash)
    while world.alive:
        world.calm()
    assert config_map_of(world, uid) == {"0": LARGE}
    assert not world.status(uid).finished
    world.settle(world.check)
    assert [one.config_map.key for one in world.status(uid).artifacts] == ["0"]
    assert len([write for write in writes(world) if write.startswith("create configmaps")]) == 2
    assert (world.status(uid).reason, world.node.starts) == ("Completed", {uid: 1})
    world.check_settled()


def test_a_config_map_that_is_refused_does_not_cost_the_verdict(world: World) -> None:
    world.start_operator()
    world.cluster.config_maps_are_refused = True
    uid = saving(world, files={"large.bin": LARGE})
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.success) == ("Completed", True)
    (one,) = status.artifacts
    assert (one.path, one.bytes, one.config_map) == ("large.bin", len(LARGE), None)
    assert "exceeded quota: configmaps" in one.missing
    assert world.cluster.of(CONFIG_MAPS) == []
    world.check_settled()


@pytest.mark.parametrize("fault", [Fault.FAILS, Fault.REPLY_LOST, Fault.THROTTLED])
def test_a_config_map_that_could_not_be_written_is_tried_again(world: World, fault: Fault) -> None:
    world.start_operator()
    uid = saving(world, files={"large.bin": LARGE})
    failed: list[Fault] = []

    def fail_once() -> None:
        if not failed:
            failed.append(fault)
            world.cluster.faults.append(fault)

    at_write(world, labels.artifacts_name(uid), "before", fail_once)
    for _ in range(10):  # `settle` would clear the fault away
        world.calm()
        world.loop.advance(0.5)
    world.settle(world.check)
    assert failed
    assert config_map_of(world, uid) == {"0": LARGE}
    assert world.status(uid).reason == "Completed"


def test_a_runner_that_brings_more_than_a_config_map_takes_does_not_cost_the_verdict(world: World) -> None:
    """It is told how much, and is not believed."""
    world.start_operator()
    uid = saving(world, files={f"{number}.bin": LARGE * 10 for number in range(5)})
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, len(status.artifacts)) == ("Completed", 5)
    assert all("Too long" in one.missing for one in status.artifacts)


def policies(world: World) -> set[str]:
    return {policy["metadata"]["name"] for policy in world.cluster.of(NETWORK_POLICIES)}


def test_whoever_has_not_asked_for_the_network_gets_no_way_out_of_the_namespace(world: World) -> None:
    world.start_operator()
    world.apply("hello")
    world.settle(world.check)
    assert policies(world) == {labels.NETWORK_POLICY}


def test_both_network_policies_stand_before_a_sandbox_with_the_network_is_made(world: World) -> None:
    world.start_operator()
    world.allow(allowNetworkAccess=True)
    uid = world.apply("hello", access={"network": True})
    world.operators_act()
    (pod,) = world.cluster.of(PODS)
    assert pod["metadata"]["labels"][labels.NETWORK] == "granted"
    assert policies(world) == {labels.NETWORK_POLICY, labels.NETWORK_POLICY_GRANTED}
    creations = [write.split("/")[0] for write in writes(world) if write.startswith("create ")]
    assert creations == ["create networkpolicies", "create networkpolicies", "create pods"]
    world.settle(world.check)
    assert (world.status(uid).reason, world.status(uid).isolation.network) == ("Completed", "Granted")


@pytest.mark.parametrize("which", [labels.NETWORK_POLICY, labels.NETWORK_POLICY_GRANTED])
def test_a_run_with_the_network_trusts_neither_policy_that_was_changed(world: World, which: str) -> None:
    world.start_operator()
    world.allow(allowNetworkAccess=True)
    opened = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]}
    world.cluster.create(NETWORK_POLICIES, NAMESPACE, {"metadata": {"name": which}, "spec": opened})
    uid = world.apply("hello", access={"network": True})
    world.settle(world.check)
    status = world.status(uid)
    assert status.reason == "NetworkNotIsolated"
    assert which in status.error.message
    assert not world.node.starts


def test_a_right_that_the_policy_does_not_give_is_refused_before_anything_is_made(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", access={"network": True, "commands": True})
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.batch, status.sandbox) == ("InvalidSpec", None, None)
    assert "spec.access.network is true" in status.error.message
    assert writes(world) == ["patch codeexecutions/hello InvalidSpec"]


def test_a_batch_that_is_cancelled_in_the_middle_keeps_what_it_has(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", batch=[*TWO, {"name": "c"}])
    while not any(len(container.ends) == 1 for container in world.node.containers.values()):
        assert world.calm()
    world.cluster.patch(CODEEXECUTIONS, NAMESPACE, "hello", {"spec": {"cancel": True}})
    world.settle(world.check)
    status = world.status(uid)
    assert [item.reason for item in status.batch] == ["Completed", "Cancelled", "Cancelled"]
    assert (status.reason, status.batch[0].output) == ("Cancelled", world.execution(uid)["spec"]["code"])
    world.check_settled()


def test_out_of_memory_in_the_middle_of_a_batch_blames_the_item_that_ran(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello", batch=[*TWO, {"name": "c"}])
    while not any(len(container.ends) == 1 for container in world.node.containers.values()):
        assert world.calm()
    (container,) = world.node.containers.values()
    while b'"of":1' not in container.log:
        world.node.step(container)
    container.end(137, "OOMKilled")
    world.settle(world.check)
    assert [item.reason for item in world.status(uid).batch] == ["Completed", "MemoryLimitExceeded", "SandboxLost"]
    assert world.node.starts == {uid: 1}
    world.check_settled()


def test_a_batch_whose_log_is_lost_has_the_ends_that_the_termination_message_had_room_for(world: World) -> None:
    operator = world.start_operator()
    uid = world.apply("hello", batch=[{"name": f"i{number}"} for number in range(20)])
    while not any(container.started for container in world.node.containers.values()):
        assert world.calm()
    for stream in list(operator.api.streams):
        stream.drop()
    (container,) = world.node.containers.values()
    while not container.ended:
        world.node.step(container)
    container.log = b""
    world.settle(world.check)
    reasons = [item.reason for item in world.status(uid).batch]
    known = reasons.count("Completed")
    assert 0 < known < 20
    assert reasons == ["Completed"] * known + ["SandboxLost"] * (20 - known)
    assert world.node.starts == {uid: 1}
    world.check_settled()


def test_the_verdict_of_an_older_operator_stands(world: World) -> None:
    """What else it wrote may mean nothing to this one."""
    uid = world.apply("hello")
    stored = world.cluster.objects[CODEEXECUTIONS.plural, NAMESPACE, "hello"]
    times = {"lastTransitionTime": "2026-01-01T00:00:00Z", "reason": "Completed"}
    stored["status"] = {
        "phase": "Succeeded",
        "reason": "Completed",
        "limits": {"memory": "512Mi"},
        "conditions": [{"type": "Succeeded", "status": "True", **times}],
    }
    before = dict(stored["status"])
    world.start_operator()
    for _ in range(5):
        world.calm()
        world.loop.advance(60)
    assert world.execution(uid)["status"] == before
    assert writes(world) == []
