"""A kubelet with its containers, each with a runner inside that keeps to docs/runner-protocol.md.

What really happens here, and what the API server is told about it by `report`, are two things, as in life.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from codeexec.kube.errors import AttachLost
from codeexec.kube.resources import PODS, Object, key_of
from tests.unit.runtime.fake_cluster import FakeApi, FakeCluster

NO_JOB_SECONDS = 600
_END = object()


@dataclass(eq=False)
class Stream:
    """One attached client: its half of stdin, and the lines since it came."""

    api: FakeApi
    container: "Container"
    arrived: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    lost: bool = False

    async def send_stdin(self, data: bytes) -> None:
        half = len(data) // 2
        self._take(data[:half])
        await self.api.half_sent()
        self._take(data[half:])

    async def lines(self) -> AsyncIterator[bytes]:
        while (line := await self.arrived.get()) is not _END:
            if isinstance(line, Exception):
                raise line
            yield line

    def drop(self) -> None:
        """The connection breaks."""
        if not self.lost:
            self.lost = True
            self.arrived.put_nowait(AttachLost("broken off"))
            self.close()

    def close(self) -> None:
        """stdinOnce: with the first client that goes, stdin ends for good."""
        if self in self.container.streams:
            self.container.streams.remove(self)
        self.container.stdin_ended = True

    def _take(self, part: bytes) -> None:
        if self.lost:
            raise AttachLost("broken off")
        if not self.container.stdin_ended and self.container.running:
            self.container.stdin += part


@dataclass(eq=False)
class Container:
    """What the node has of one Pod."""

    pod: Object
    since: datetime
    running: bool = False
    ended: dict[str, Any] | None = None
    stuck: dict[str, Any] | None = None
    """Why it does not start, as a `waiting` state or a PodScheduled condition."""
    log: bytes = b""
    stdin: bytes = b""
    stdin_ended: bool = False
    job: dict[str, Any] | None = None
    started: bool = False
    printed: bool = False
    evicted: bool = False
    streams: list[Stream] = field(default_factory=list)

    @property
    def uid(self) -> str:
        uid: str = self.pod["metadata"]["uid"]
        return uid

    def say(self, **line: object) -> None:
        text = orjson.dumps(line)
        self.log += text + b"\n"
        for stream in self.streams:
            stream.arrived.put_nowait(text)

    def end(self, code: int, reason: str, message: str = "") -> None:
        if self.running:
            self.running = False
            self.ended = {"exitCode": code, "reason": reason, "message": message}
            for stream in list(self.streams):
                stream.arrived.put_nowait(_END)


class Node:
    """Every Pod runs here."""

    def __init__(self, cluster: FakeCluster) -> None:
        self.cluster = cluster
        self.containers: dict[str, Container] = {}
        self.starts: Counter[str] = Counter()
        """How often user code was started, by uid of the execution it was started for."""

    def sync(self) -> bool:
        """Learns of Pods that are new, and ends containers whose Pod has to go. True when something happened."""
        pods = {pod["metadata"]["uid"]: pod for pod in self.cluster.of(PODS)}
        happened = False
        for uid, pod in pods.items():
            if uid not in self.containers:
                self.containers[uid] = Container(pod, self.cluster.now())
                happened = True
            if "deletionTimestamp" in pod["metadata"]:
                self.containers[uid].end(137, "Error")
                self.cluster.delete(PODS, *key_of(pod), grace_seconds=0)
                happened = True
        for uid in [uid for uid in self.containers if uid not in pods]:
            self.containers.pop(uid).end(137, "Error")
            happened = True
        return happened

    def start(self, container: Container) -> bool:
        if container.running or container.ended or container.stuck or container.uid not in self.containers:
            return False
        container.running = True
        container.since = self.cluster.now()
        container.say(type="ready", v=1, runner="fake")
        return True

    def step(self, container: Container) -> bool:
        """The runner, and the program in it, get one step further."""
        if not container.running:
            return False
        if container.job is None:
            return self._wait_for_job(container)
        uid = container.job["id"]
        at = self.cluster.now().isoformat()
        if not container.started:
            container.started = True
            self.starts[uid] += 1
            container.say(type="start", id=uid, at=at)
        elif not container.printed:
            container.printed = True
            container.say(type="stdout", at=0, data=base64.b64encode(self._output(container)).decode())
        else:
            result = {
                "type": "result",
                "v": 1,
                "id": uid,
                "cause": "exit",
                "exitCode": 0,
                "signal": "",
                "startedAt": at,
                "finishedAt": at,
                "wallMs": 12.5,
                "cpuMs": 10.0,
                "peakMemoryBytes": 9_437_184,
                "oomKills": 0,
                "peakProcesses": 1,
                "stdoutBytes": len(self._output(container)),
                "stderrBytes": 0,
                "network": "shut",
                "networkMs": 1.0,
                "seccomp": True,
                "message": "",
            }
            container.say(**result)
            container.end(0, "Completed", orjson.dumps(result).decode())
        return True

    def report(self, container: Container) -> bool:
        """Tells the API server how things are."""
        found = [pod for pod in self.cluster.of(PODS) if pod["metadata"]["uid"] == container.uid]
        if not found:
            return False
        before = self.cluster.version
        self.cluster.patch(PODS, *key_of(found[0]), {"status": self._status(container)}, "status")
        if (container.running or container.ended) and "nodeName" not in found[0]["spec"]:
            self.cluster.patch(PODS, *key_of(found[0]), {"spec": {"nodeName": "node-1"}})
        return self.cluster.version > before

    def evict(self, container: Container) -> None:
        """The node needs the room: whatever runs is killed, and the Pod says so."""
        if not container.ended:
            container.evicted = container.running = True
            container.end(137, "Error")

    def attach(self, pod_uid: str, api: FakeApi) -> Stream | None:
        container = self.containers.get(pod_uid)
        if container is None or not container.running:
            return None
        stream = Stream(api, container)
        container.streams.append(stream)
        return stream

    def log_of(self, pod_uid: str) -> bytes | None:
        container = self.containers.get(pod_uid)
        return container.log if container and (container.running or container.ended) else None

    def everything_once(self) -> bool:
        """Each Pod gets one step further. False when there was nothing to do."""
        happened = self.sync()
        for container in list(self.containers.values()):
            happened |= self.start(container) or self.step(container)
            happened |= self.report(container)
        return happened

    def _wait_for_job(self, container: Container) -> bool:
        line, newline, _ = container.stdin.partition(b"\n")
        if newline:
            try:
                container.job = orjson.loads(line)
            except orjson.JSONDecodeError:
                self._give_up(container, 71, "bad-job", "the line is not a job")
        elif container.stdin_ended:
            self._give_up(container, 70, "no-job", f"stdin ended after {len(container.stdin)} bytes")
        elif (self.cluster.now() - container.since).total_seconds() > NO_JOB_SECONDS:
            self._give_up(container, 70, "no-job", "no job within 10 minutes")
        else:
            return False
        return True

    def _give_up(self, container: Container, code: int, name: str, message: str) -> None:
        error = {"type": "error", "code": name, "message": message}
        container.say(**error)
        container.end(code, "Error", orjson.dumps(error).decode())

    def _output(self, container: Container) -> bytes:
        """Its own code: so it shows in the verdict whose program it was."""
        assert container.job
        text: str = container.job["files"][0]["content"]
        return text.encode()

    def _status(self, container: Container) -> Object:
        if container.ended:
            ok = container.ended["exitCode"] == 0
            status: Object = {
                "phase": "Succeeded" if ok else "Failed",
                "containerStatuses": [{"name": "sandbox", "ready": False, "state": {"terminated": container.ended}}],
            }
            return status | ({"reason": "Evicted"} if container.evicted else {})
        if container.running:
            state = {"running": {"startedAt": container.since.isoformat()}}
            return {"phase": "Running", "containerStatuses": [{"name": "sandbox", "ready": True, "state": state}]}
        if container.stuck and "type" in container.stuck:
            return {"phase": "Pending", "conditions": [container.stuck]}
        waiting = container.stuck or {"reason": "ContainerCreating"}
        return {
            "phase": "Pending",
            "containerStatuses": [{"name": "sandbox", "ready": False, "state": {"waiting": waiting}}],
        }
