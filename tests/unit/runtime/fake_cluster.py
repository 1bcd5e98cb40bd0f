"""An API server in memory, and the client and the informer that look at it the way the real ones do.

Versions, preconditions, generations, status as a subresource, ownership: as Kubernetes has them. What a real network
does to a request is armed beforehand as a `Fault`.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from pydantic import ValidationError

from codeexec.kube.errors import AttachFailed, Conflict, NotFound, Refused, Throttled, Unavailable
from codeexec.kube.informer import without_managed_fields
from codeexec.kube.resources import CODEEXECUTIONS, CONFIG_MAPS, PODS, Key, Object, Resource, key_of, version_of
from codeexec.kube.store import NO_VERSION, Index, OnChange, Store
from codeexec.models.execution import CodeExecution
from codeexec.models.status import ExecutionStatus
from tests.unit.models.structural import ETCD_BYTES, problems, schema, stored

if TYPE_CHECKING:
    from tests.unit.runtime.fake_node import Node, Stream

T = TypeVar("T")
CONFIG_MAP_BYTES = 1_048_576
"""Of all values together, decoded."""


class Fault(Enum):
    """What happens to the next write."""

    FAILS = auto()
    """It never gets there; nobody knows."""
    REPLY_LOST = auto()
    """It happens; nobody knows."""
    THROTTLED = auto()
    SLOW_TO_ARRIVE = auto()
    """It happens when it is let go; if its sender dies first, perhaps even then."""
    SLOW_TO_ANSWER = auto()
    """It happens; the reply comes when it is let go."""


class FakeCluster:
    """The objects, their history, and what must hold about them at every moment."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.version = 100
        self.objects: dict[tuple[str, str, str], Object] = {}
        self.history: list[tuple[str, str, Object]] = []
        self.attempts: list[str] = []
        """Every write that was asked for, in order, whatever came of it."""
        self.faults: deque[Fault] = deque()
        self.held: deque[asyncio.Future[None]] = deque()
        self.zombies: deque[Callable[[], Object]] = deque()
        """Requests that are still on their way although their sender is dead."""
        self.quota_is_used_up = False
        self.config_maps_are_refused = False
        self.violations: list[str] = []
        self._uids = 0

    def of(self, resource: Resource) -> list[Object]:
        return [obj for (plural, _, _), obj in self.objects.items() if plural == resource.plural]

    def read(self, resource: Resource, namespace: str | None, name: str) -> Object:
        found = self.objects.get((resource.plural, namespace or "", name))
        if found is None:
            raise NotFound(f"{resource.plural} {name} not found")
        return copied(found)

    def create(self, resource: Resource, namespace: str | None, body: Object) -> Object:
        key = (resource.plural, namespace or "", body["metadata"]["name"])
        if key in self.objects:
            raise Conflict(f"{key} exists", "AlreadyExists")
        if resource is PODS and self.quota_is_used_up:
            raise Refused("exceeded quota: compute", 403)
        if resource is CONFIG_MAPS and self.config_maps_are_refused:
            raise Refused("exceeded quota: configmaps", 403)
        if resource is CONFIG_MAPS and sum(map(len, body["binaryData"].values())) * 3 // 4 > CONFIG_MAP_BYTES:
            raise Refused(f"[]: Too long: may not be more than {CONFIG_MAP_BYTES} bytes", 422)
        self._uids += 1
        obj = copied(body)
        obj["metadata"] |= {
            "namespace": namespace,
            "uid": f"{self._uids:08d}-0000-4000-8000-000000000000",
            "generation": 1,
            "creationTimestamp": self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if resource is CODEEXECUTIONS:
            obj["status"] = {"observedGeneration": -1, "phase": "Pending"}
        return self._store("ADDED", resource, obj)

    def patch(
        self, resource: Resource, namespace: str | None, name: str, patch: Object, subresource: str = ""
    ) -> Object:
        obj = self.read(resource, namespace, name)
        wanted = patch.get("metadata", {})
        for field in ("uid", "resourceVersion"):
            if wanted.get(field) not in (None, obj["metadata"][field]):
                raise Conflict(f"{name}: {field} is {obj['metadata'][field]}, not {wanted[field]}")
        before = copied(obj)
        if subresource:
            obj[subresource] = merged(obj.get(subresource, {}), patch[subresource])
        else:
            obj = merged(obj, {key: value for key, value in patch.items() if key != "status"})
            obj["metadata"]["generation"] += obj.get("spec") != before.get("spec")
        if obj == before:
            return before
        if resource is CODEEXECUTIONS:
            self._judge(before, obj)
        return self._store("MODIFIED", resource, obj)

    def delete(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        *,
        uid: str | None = None,
        grace_seconds: int | None = None,
    ) -> Object:
        """A Pod that is given grace stays until its kubelet has ended it."""
        obj = self.read(resource, namespace, name)
        if uid not in (None, obj["metadata"]["uid"]):
            raise Conflict(f"{name}: uid is {obj['metadata']['uid']}, not {uid}")
        if resource is PODS and grace_seconds != 0:
            if "deletionTimestamp" in obj["metadata"]:
                return obj
            obj["metadata"]["deletionTimestamp"] = self.now().strftime("%Y-%m-%dT%H:%M:%SZ")
            return self._store("MODIFIED", resource, obj)
        del self.objects[resource.plural, namespace or "", name]
        self.version += 1
        obj["metadata"]["resourceVersion"] = str(self.version)
        self.history.append(("DELETED", resource.plural, obj))
        return copied(obj)

    def collect_garbage(self) -> None:
        """As kube-controller-manager does: what is owned by somebody who is gone goes too."""
        alive = {obj["metadata"]["uid"] for obj in self.of(CODEEXECUTIONS)}
        for resource in (PODS, CONFIG_MAPS):
            for obj in self.of(resource):
                if any(owner["uid"] not in alive for owner in obj["metadata"].get("ownerReferences", ())):
                    self.delete(resource, *key_of(obj), grace_seconds=0)

    def let_go(self) -> None:
        """The oldest slow request goes on."""
        waiting = self.held.popleft()
        if not waiting.done():
            waiting.set_result(None)

    def land(self) -> None:
        """A request of somebody who has died arrives."""
        with suppress(Conflict, NotFound, Refused):
            self.zombies.popleft()()

    def _store(self, kind: str, resource: Resource, obj: Object) -> Object:
        self.version += 1
        obj["metadata"]["resourceVersion"] = str(self.version)
        self.objects[resource.plural, *key_of(obj)] = obj
        self.history.append((kind, resource.plural, copied(obj)))
        return copied(obj)

    def _judge(self, before: Object, after: Object) -> None:
        try:
            CodeExecution.model_validate(after)
        except ValidationError as error:
            raise Refused(str(error), 422) from error
        if wrong := problems(schema(CODEEXECUTIONS.plural)["properties"]["status"], after["status"], "status"):
            raise Refused("; ".join(wrong), 422)
        if stored(after) > ETCD_BYTES:
            raise Refused("etcdserver: request is too large", 413)
        was = ExecutionStatus.model_validate(before["status"])
        if was.finished and verdict_of(before["status"]) != verdict_of(after["status"]):
            self.violations.append(f"a terminal status changed: {before['status']} -> {after['status']}")


class FakeApi:
    """KubeApi of one operator. When that dies, its requests stop where they are."""

    def __init__(self, cluster: FakeCluster, node: "Node", owner: str) -> None:
        self._cluster = cluster
        self._node = node
        self._owner = owner
        self.dead = False
        self.streams: list[Stream] = []
        self.writes = 0
        self.on_write: Callable[[int, str], None] = lambda _number, _when: None
        """Called with the number of a write, and "before" or "after" it; may kill the operator."""
        self.on_job: Callable[[], None] = lambda: None
        """Called when half of a job has been sent; may kill the operator."""

    async def get(self, resource: Resource, namespace: str | None, name: str) -> Object:
        await self._travel()
        return self._cluster.read(resource, namespace, name)

    async def create(self, resource: Resource, namespace: str | None, body: Object) -> Object:
        body = copied(body)
        what = f"create {resource.plural}/{body['metadata']['name']}"
        return await self._write(what, lambda: self._cluster.create(resource, namespace, body))

    async def patch(
        self, resource: Resource, namespace: str | None, name: str, body: Object, *, subresource: str = ""
    ) -> Object:
        body = copied(body)
        what = f"patch {resource.plural}/{name} {body.get('status', {}).get('reason', '')}"
        return await self._write(what, lambda: self._cluster.patch(resource, namespace, name, body, subresource))

    async def delete(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        *,
        uid: str | None = None,
        grace_seconds: int | None = None,
    ) -> Object:
        what = f"delete {resource.plural}/{name}"
        return await self._write(
            what, lambda: self._cluster.delete(resource, namespace, name, uid=uid, grace_seconds=grace_seconds)
        )

    async def logs(self, namespace: str, pod: str, _container: str, *, limit_bytes: int) -> bytes:
        await self._travel()
        obj = self._cluster.read(PODS, namespace, pod)
        log = self._node.log_of(obj["metadata"]["uid"])
        if log is None:
            raise Refused("container is waiting to start", 400)
        return log[:limit_bytes]

    @asynccontextmanager
    async def attach(self, namespace: str, pod: str, _container: str) -> AsyncIterator["Stream"]:
        await self._travel()
        obj = self._cluster.read(PODS, namespace, pod)
        stream = self._node.attach(obj["metadata"]["uid"], self)
        if stream is None:
            raise AttachFailed(f"container of {pod} is not running")
        self.streams.append(stream)
        try:
            yield stream
        finally:
            stream.close()
            self.streams.remove(stream)

    async def half_sent(self) -> None:
        self.on_job()
        await self._travel()

    async def _travel(self) -> None:
        """Nothing is answered in the same breath, and nothing at all to the dead."""
        await asyncio.sleep(0)
        if self.dead:
            await asyncio.get_running_loop().create_future()

    async def _write(self, what: str, act: Callable[[], T]) -> T:
        await self._travel()
        number = self.writes = self.writes + 1
        self._cluster.attempts.append(f"{self._owner}: {what}")
        self.on_write(number, "before")
        await self._travel()
        fault = self._cluster.faults.popleft() if self._cluster.faults else None
        if fault is Fault.FAILS:
            raise Unavailable(f"{what}: connection reset")
        if fault is Fault.THROTTLED:
            raise Throttled(f"{what}: too many requests", after=1.0)
        if fault is Fault.SLOW_TO_ARRIVE:
            await self._hold(act)
        result = act()
        if fault is Fault.SLOW_TO_ANSWER:
            await self._hold()
        self.on_write(number, "after")
        await self._travel()
        if fault is Fault.REPLY_LOST:
            raise Unavailable(f"{what}: timeout")
        return result

    async def _hold(self, act: Callable[[], Any] | None = None) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._cluster.held.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if act:
                self._cluster.zombies.append(act)
            raise


class FakeInformer:
    """The real store, fed by hand: everything at once by `relist`, or the next events by `hear`."""

    def __init__(
        self,
        cluster: FakeCluster,
        resource: Resource,
        *,
        indexes: Mapping[str, Index] | None = None,
        on_change: OnChange | None = None,
    ) -> None:
        self._cluster = cluster
        self._resource = resource
        self._store = Store(without_managed_fields, indexes or {}, on_change)
        self._heard = 0
        self._position = 0

    def relist(self) -> None:
        found = self._cluster.of(self._resource)
        for obj in found:
            self._store.upsert(copied(obj), heard=NO_VERSION)
        self._store.retain({key_of(obj) for obj in found}, None, self._cluster.version)
        self._heard = self._cluster.version
        self._position = len(self._cluster.history)

    def hear(self, most: int = 1_000_000) -> bool:
        """Takes in the next events; False when there were none."""
        begin = self._position
        while self._position < len(self._cluster.history) and self._position - begin < most:
            kind, plural, obj = self._cluster.history[self._position]
            self._position += 1
            if plural == self._resource.plural:
                if kind == "DELETED":
                    self._store.remove(copied(obj))
                else:
                    self._store.upsert(copied(obj), heard=NO_VERSION)
                self._heard = version_of(obj)
        return self._position > begin

    def get(self, key: Key) -> Object | None:
        return self._store.get(key)

    def all(self) -> list[Object]:
        return self._store.all()

    def by_index(self, name: str, value: str) -> list[Object]:
        return self._store.by_index(name, value)

    def put(self, obj: Object) -> bool:
        return self._store.upsert(obj, heard=self._heard)


def verdict_of(status: Object) -> Object:
    """All of a status but which generation of spec it has seen: cancel and TTL may still change at the end."""
    conditions = [{**condition, "observedGeneration": 0} for condition in status.get("conditions", ())]
    return {**status, "observedGeneration": 0, "conditions": conditions}


def copied(obj: Object) -> Object:
    """Through JSON, as everything goes."""
    result: Object = orjson.loads(orjson.dumps(obj))
    return result


def merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
