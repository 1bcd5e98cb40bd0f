"""What the cluster says about a sandbox: a Pod as the API server holds it, read down to the facts decisions need."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from codeexec.domain import labels

_IMAGE_PROBLEMS = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the container ended, in the kubelet's words."""

    exit_code: int
    reason: str
    message: str
    """The kubelet's, or what stands in /dev/termination-log: by the runner last, but in reach of user code before."""

    @property
    def never_ran(self) -> bool:
        """The container runtime failed to start it: not even the runner has run."""
        return self.reason in ("StartError", "ContainerCannotRun")


@dataclass(frozen=True, slots=True)
class Sandbox:
    name: str
    uid: str
    attempt: int
    created: datetime
    image: str
    node: str | None
    running: bool
    leaving: bool
    """Its deletion has been asked for."""
    over: bool
    """Nothing runs in it any more."""
    ended: Ended | None
    waiting: str
    """Why it does not start yet, in the kubelet's or the scheduler's words; empty when it does."""
    image_problem: bool
    eviction: str
    """Why the Pod as a whole was stopped (Evicted, DeadlineExceeded ...); empty when it was not."""


def read_sandbox(pod: dict[str, Any]) -> Sandbox:
    """Total for whatever the API server sends."""
    meta, spec, status = pod["metadata"], pod.get("spec", {}), pod.get("status", {})
    containers = status.get("containerStatuses") or ()
    container: dict[str, Any] = next((c for c in containers if c.get("name") == labels.CONTAINER), {})
    state = container.get("state", {})
    terminated, waiting = state.get("terminated"), state.get("waiting") or {}
    phase = status.get("phase", "Pending")
    return Sandbox(
        name=meta["name"],
        uid=meta["uid"],
        attempt=_number(meta.get("labels", {}).get(labels.ATTEMPT, "")),
        created=datetime.fromisoformat(meta["creationTimestamp"]),
        image=next((container.get("image", "") for container in spec.get("containers") or ()), ""),
        node=spec.get("nodeName"),
        running="running" in state,
        leaving="deletionTimestamp" in meta,
        over=phase in ("Succeeded", "Failed") or terminated is not None,
        ended=Ended(int(terminated.get("exitCode", -1)), terminated.get("reason", ""), terminated.get("message", ""))
        if terminated
        else None,
        waiting=_why_waiting(status, waiting),
        image_problem=waiting.get("reason") in _IMAGE_PROBLEMS,
        eviction=status.get("reason", "") if phase == "Failed" else "",
    )


def _number(label: str) -> int:
    """0 for what is none: labels can be edited."""
    return int(label) if label.isdecimal() and label.isascii() and len(label) < 10 else 0


def _why_waiting(status: dict[str, Any], waiting: dict[str, Any]) -> str:
    if waiting.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
        return ": ".join(part for part in (waiting["reason"], waiting.get("message", "")) if part)
    for condition in status.get("conditions") or ():
        if condition.get("type") == "PodScheduled" and condition.get("status") == "False":
            return str(condition.get("message") or condition.get("reason") or "not scheduled")
    return ""


def user_ids(pods: list[dict[str, Any]]) -> set[int]:
    """User ids of these Pods."""
    return {pod.get("spec", {}).get("securityContext", {}).get("runAsUser", 0) for pod in pods}
