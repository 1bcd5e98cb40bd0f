"""Pods as a kubelet and an API server write them, read down to what decisions need."""

from typing import Any

import pytest

from codeexec.domain import labels
from codeexec.domain.sandbox import Ended, read_sandbox, user_ids
from tests.unit.domain.examples import NOW, POD_UID, UID

META = {
    "name": labels.pod_name(UID, 2),
    "namespace": "lab",
    "uid": POD_UID,
    "creationTimestamp": "2026-01-02T03:04:05Z",
    "labels": {labels.ATTEMPT: "2", labels.EXECUTION_UID: UID},
}


def pod(status: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    return {"metadata": META, "spec": {"containers": [{"name": "sandbox", "image": "i"}], **spec}, "status": status}


def container(**state: Any) -> list[dict[str, Any]]:
    return [{"name": "sandbox", "state": state}]


UNSCHEDULABLE = {
    "phase": "Pending",
    "conditions": [
        {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "0/3 nodes are available: 3 Insufficient memory.",
        }
    ],
}
CREATING = {"phase": "Pending", "containerStatuses": container(waiting={"reason": "ContainerCreating"})}
PULL = {
    "phase": "Pending",
    "containerStatuses": container(waiting={"reason": "ErrImagePull", "message": "not found"}),
}
CONFIG_ERROR = {"phase": "Pending", "containerStatuses": container(waiting={"reason": "CreateContainerConfigError"})}
RUNNING = {"phase": "Running", "containerStatuses": container(running={"startedAt": "2026-01-02T03:04:06Z"})}
DONE = {
    "phase": "Succeeded",
    "containerStatuses": container(terminated={"exitCode": 0, "reason": "Completed", "message": "{}"}),
}
KILLED = {"phase": "Failed", "containerStatuses": container(terminated={"exitCode": 137, "reason": "OOMKilled"})}
# The container is known to have ended a moment before the Pod's phase says so.
ENDING = {"phase": "Running", "containerStatuses": container(terminated={"exitCode": 70, "reason": "Error"})}
EVICTED = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}
DEADLINE = {
    "phase": "Failed",
    "reason": "DeadlineExceeded",
    "containerStatuses": container(terminated={"exitCode": 137, "reason": "Error"}),
}
WITH_SIDECAR = {
    "phase": "Running",
    "containerStatuses": [
        {"name": "istio-proxy", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}},
        *container(running={}),
    ],
}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, {}),
        ({}, {}),
        ({"phase": "Pending"}, {}),
        (UNSCHEDULABLE, {"waiting": "0/3 nodes are available: 3 Insufficient memory."}),
        (CREATING, {}),
        (PULL, {"waiting": "ErrImagePull: not found", "image_problem": True}),
        (CONFIG_ERROR, {"waiting": "CreateContainerConfigError"}),
        (RUNNING, {"running": True}),
        (DONE, {"over": True, "ended": Ended(0, "Completed", "{}")}),
        (KILLED, {"over": True, "ended": Ended(137, "OOMKilled", "")}),
        (ENDING, {"over": True, "ended": Ended(70, "Error", "")}),
        (EVICTED, {"over": True, "eviction": "Evicted"}),
        (DEADLINE, {"over": True, "ended": Ended(137, "Error", ""), "eviction": "DeadlineExceeded"}),
        ({"phase": "Failed"}, {"over": True}),
        (WITH_SIDECAR, {"running": True}),
        ({"phase": "Running", "containerStatuses": [{"name": "sandbox"}]}, {}),
        ({"phase": "Running", "containerStatuses": None, "conditions": None}, {}),
    ],
    ids=str,
)
def test_status(status: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    found = read_sandbox(pod(status or {}))
    nothing = {"running": False, "over": False, "ended": None, "waiting": "", "image_problem": False, "eviction": ""}
    for field, value in (nothing | expected).items():
        assert getattr(found, field) == value, field


def test_identity() -> None:
    found = read_sandbox(pod(RUNNING, nodeName="node-1"))
    assert (found.name, found.uid, found.attempt) == (META["name"], POD_UID, 2)
    assert (found.node, found.image, found.created) == ("node-1", "i", NOW.replace(microsecond=0))
    assert not found.leaving


def test_a_pod_that_is_being_deleted_is_leaving() -> None:
    assert read_sandbox({"metadata": {**META, "deletionTimestamp": "2026-01-02T03:04:09Z"}}).leaving


@pytest.mark.parametrize("label", ["", "x", "-1", "²", "9" * 5000])
def test_an_edited_label_is_no_attempt(label: str) -> None:
    assert read_sandbox({"metadata": {**META, "labels": {labels.ATTEMPT: label}}}).attempt == 0


def test_missing_pieces() -> None:
    bare = {"name": "x", "uid": "y", "creationTimestamp": "2026-01-02T03:04:05Z"}
    found = read_sandbox({"metadata": bare})
    assert (found.attempt, found.node, found.image, found.over) == (0, None, "", False)


def test_a_container_that_could_not_be_started_has_not_run() -> None:
    assert Ended(128, "StartError", "").never_ran
    assert not Ended(137, "OOMKilled", "").never_ran


def test_user_ids_of_pods() -> None:
    assert user_ids([pod(securityContext={"runAsUser": 20_001}), pod(), {"metadata": META}]) == {20_001, 0}
