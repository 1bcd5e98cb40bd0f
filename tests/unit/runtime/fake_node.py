"""A kubelet with its containers, each with a runner inside that keeps to docs/runner-protocol.md, version 2.

What really happens here, and what the API server is told about it by `report`, are two things, as in life.
"""

import asyncio
import base64
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

import orjson

from codeexec.kube.errors import AttachLost
from codeexec.kube.resources import PODS, Object, key_of
from tests.unit.domain import strict_runner
from tests.unit.runtime.fake_cluster import FakeApi, FakeCluster

NO_JOB_SECONDS = 600
TERMINATION_BYTES = 4096
CHUNK_BYTES = 32_768
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
    script: deque[list[dict[str, Any]]] = field(default_factory=deque)
    """What the runner will say, step by step; nothing more, and it ends."""
    ends: list[dict[str, Any]] = field(default_factory=list)
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
        self.files: dict[str, bytes] = {}
        """What every program leaves behind, if its job asks for it."""

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
        container.say(type="ready", v=2, runner="fake")
        return True

    def step(self, container: Container) -> bool:
        """The runner, and the program in it, get one step further."""
        if not container.running:
            return False
        if container.job is None:
            return self._wait_for_job(container)
        if container.script:
            for line in container.script.popleft():
                self._happens(container, line)
        else:
            result = self._result(container)
            container.say(**result)
            ends: list[dict[str, Any]] = []
            while len(ends) < len(container.ends):
                more = [*ends, container.ends[len(ends)]]
                if len(orjson.dumps(result | {"ends": more})) > TERMINATION_BYTES:
                    break
                ends = more
            container.end(0, "Completed", orjson.dumps(result | {"ends": ends}).decode())
        return True

    def _happens(self, container: Container, line: dict[str, Any]) -> None:
        assert container.job
        if line["type"] == "start":
            container.started = True
            self.starts[container.job["id"]] += 1
        container.printed |= line["type"] == "stdout"
        at = self.cluster.now().isoformat()
        times = {"start": {"at": at}, "step": {"at": at}, "end": {"startedAt": at, "finishedAt": at}}
        line = line | times.get(line["type"], {})
        if line["type"] == "end":
            container.ends.append(line)
        container.say(**line)

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
                container.job = strict_runner.take(line)
            except strict_runner.BadJobError as error:
                self._give_up(container, 71, "bad-job", str(error))
            else:
                container.script = self._script(container.job)
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

    def _script(self, job: dict[str, Any]) -> deque[list[dict[str, Any]]]:
        """A step begins, prints, ends; and the next."""
        script: deque[list[dict[str, Any]]] = deque()
        compiled: set[int] = set()
        for number, run in enumerate(job["runs"]):
            program = job["programs"][run["program"]]
            if "compile" in program and run["program"] not in compiled:
                compiled.add(run["program"])
                self._add(script, "compile", run["program"], b"")
            self._add(script, "run", number, _output(program))
            for path, data in sorted(self.files.items()):
                if any(fnmatchcase(path, glob) for glob in job.get("artifacts", {}).get("globs", ())):
                    script.append(_brought_back(number, path, data))
        script[0].insert(0, {"type": "start", "id": job["id"]})
        return script

    def _add(self, script: deque[list[dict[str, Any]]], kind: str, of: int, out: bytes) -> None:
        step = sum(line["type"] == "step" for lines in script for line in lines)
        script.append([{"type": "step", "step": step, "kind": kind, "of": of}])
        if out:
            script.append([{"type": "stdout", "step": step, "at": 0, "data": base64.b64encode(out).decode()}])
        end = {
            "type": "end",
            "step": step,
            "kind": kind,
            "of": of,
            "cause": "exit",
            "exitCode": 0,
            "signal": "",
            "wallMs": 12.5,
            "cpuMs": 10.0,
            "peakMemoryBytes": 9_437_184,
            "oomKills": 0,
            "peakProcesses": 1,
            "diskBytes": 0,
            "stdoutBytes": len(out),
            "stderrBytes": 0,
            "stdoutSha256": hashlib.sha256(out).hexdigest(),
            "tokensSha256": hashlib.sha256(b"".join(word + b"\n" for word in out.split())).hexdigest(),
            "message": "",
        }
        script.append([end])

    def _result(self, container: Container) -> dict[str, Any]:
        assert container.job
        return {
            "type": "result",
            "v": 2,
            "id": container.job["id"],
            "steps": len(container.ends),
            "network": "off" if container.job["gate"] == "off" else "shut",
            "networkMs": 1.0,
            "seccomp": True,
            "landlock": 7,
            "cgroup": "v2",
        }

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


def _output(program: dict[str, Any]) -> bytes:
    """Its own code: so it shows in the verdict whose program it was."""
    text: str = program["files"][0]["content"]
    return text.encode()


def _brought_back(of: int, path: str, data: bytes) -> list[dict[str, Any]]:
    about = {"type": "artifact", "of": of, "path": path, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    pieces = [(at, data[at : at + CHUNK_BYTES]) for at in range(0, len(data), CHUNK_BYTES)] or [(0, b"")]
    return [{**about, "at": at, "data": base64.b64encode(piece).decode()} for at, piece in pieces]
