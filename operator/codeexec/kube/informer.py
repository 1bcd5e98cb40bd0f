"""A local copy of one kind of object, kept up to date by list and watch.

It stays right over lost connections, expired versions and our own writes, and it never dies: whatever goes wrong is
logged and tried again. It only reads; what a change means is decided by whoever is told.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from codeexec.kube.api import KubeApi
from codeexec.kube.errors import Gone, KubeError, Throttled
from codeexec.kube.resources import Key, Object, Resource, key_of, version_of
from codeexec.kube.retry import backoff
from codeexec.kube.store import NO_VERSION, Index, OnChange, Store

log = logging.getLogger(__name__)

PAGE = 500
WATCH_SECONDS = 240.0
SILENCE_SECONDS = 90.0
"""A server sends a bookmark about once a minute; a watch that says nothing for longer than this is dead."""
LONGEST_PAUSE = 10.0
LONGEST_PATIENCE = 30.0
"""Cap of what a Retry-After may ask for."""
SHORTEST_WATCH = 1.0
"""A watch that ends sooner without a word counts as a failure, or it would be asked for again in a tight loop."""
RELIST_AFTER = 3
"""Watches that fail in a row before the copy is listed anew: the version may be one that the server never had."""


def without_managed_fields(obj: Object) -> Object:
    """The object less `metadata.managedFields`, a third of a Pod that nobody here reads."""
    return {**obj, "metadata": {name: value for name, value in obj["metadata"].items() if name != "managedFields"}}


def by_label(label: str) -> Index:
    """Index function: the value of a label; objects without it are left out."""
    return lambda obj: (obj["metadata"].get("labels") or {}).get(label)


class Informer:
    """Keeps the copy while it is started: `async with Informer(...) as pods: await pods.synced()`."""

    def __init__(
        self,
        api: KubeApi,
        resource: Resource,
        *,
        namespaces: Sequence[str] | None = None,
        labels: str = "",
        trim: Callable[[Object], Object] = without_managed_fields,
        indexes: Mapping[str, Index] | None = None,
        on_change: OnChange | None = None,
        page: int = PAGE,
        watch_seconds: float = WATCH_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
        first_pause: float = 0.2,
    ) -> None:
        """`namespaces` None watches all of them with one request, else there is one loop for each.

        `trim` drops what nobody reads; it must keep name, namespace and resourceVersion in `metadata`, and return a
        new dict. `on_change` is called in the event loop, for changes by `put` as well; it should only take note.
        `page`: objects per list request. `watch_seconds`: length of one watch, give or take a quarter.
        `first_pause`: seconds before the second attempt after a failure, doubled from then on.
        """
        self._store = Store(trim, indexes or {}, on_change)
        scopes: Sequence[str | None] = [None] if namespaces is None else namespaces
        self._loops = {
            scope: _Loop(api, self._store, resource, scope, labels, page, watch_seconds, silence_seconds, first_pause)
            for scope in scopes
        }
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.stop()

    def start(self) -> None:
        """Starts listing and watching in the background."""
        self._tasks = [asyncio.create_task(loop.run()) for loop in self._loops.values()]

    async def stop(self) -> None:
        """Ends it; the copy stays readable, as it was."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def synced(self) -> None:
        """Returns once every namespace has been listed completely; waits for as long as that takes."""
        for loop in self._loops.values():
            await loop.synced.wait()

    @property
    def is_synced(self) -> bool:
        """Whether `synced` would return at once."""
        return all(loop.synced.is_set() for loop in self._loops.values())

    @property
    def last_activity(self) -> float:
        """time.monotonic() of the last word from the server, of the loop that has waited longest for one."""
        return min((loop.last_activity for loop in self._loops.values()), default=time.monotonic())

    def get(self, key: Key) -> Object | None:
        """The newest known object of (namespace, name). It is shared: read it, never change it."""
        return self._store.get(key)

    def all(self) -> list[Object]:
        """Every known object."""
        return self._store.all()

    def by_index(self, name: str, value: str) -> list[Object]:
        """The objects for which index `name` gives `value`, ordered by key."""
        return self._store.by_index(name, value)

    def put(self, obj: Object) -> bool:
        """Takes in the reply of a write of our own; True when it was news, and `on_change` was told.

        Ignored: what is older than the copy, what was deleted since, and what no loop covers. Only objects with the
        informer's labels may be put: nobody would tell that another one is gone.
        """
        namespace = obj["metadata"].get("namespace", "")
        loop = self._loops.get(None) or self._loops.get(namespace)
        return loop is not None and self._store.upsert(obj, heard=loop.heard)


@dataclass(slots=True)
class _Loop:
    """List and watch of one namespace (None: all), for ever."""

    api: KubeApi
    store: Store
    resource: Resource
    namespace: str | None
    labels: str
    page: int
    watch_seconds: float
    silence_seconds: float
    first_pause: float

    heard: int = 0
    """Everything up to this version is in the store."""
    synced: asyncio.Event = field(default_factory=asyncio.Event)
    last_activity: float = field(default_factory=time.monotonic)
    is_listed: bool = False
    failures: int = 0

    async def run(self) -> None:
        """Until cancelled."""
        where = f"{self.resource.plural} of {self.namespace or 'all namespaces'}"
        while True:
            patience = 0.0
            try:
                if not self.is_listed:
                    await self.list()
                await self.watch()
            except Gone:
                log.info("%s: version %d has expired, listing anew", where, self.heard)
                self.fail(relist=True)
            except KubeError as problem:
                self.fail(relist=False)
                log.warning("%s: failure %d in a row: %s", where, self.failures, problem.message)
                patience = min(problem.after, LONGEST_PATIENCE) if isinstance(problem, Throttled) else 0.0
            except Exception:
                self.fail(relist=True)
                log.exception("%s: failure %d in a row, not foreseen", where, self.failures)
            if self.failures:
                await asyncio.sleep(max(patience, backoff(self.first_pause, self.failures - 1, LONGEST_PAUSE)))

    def fail(self, *, relist: bool) -> None:
        """Counts a failure; what is read next time is a list or goes on with the watch."""
        self.failures += 1
        if relist or self.failures >= RELIST_AFTER:
            self.is_listed = False

    async def list(self) -> None:
        """Makes the store equal to a complete list, deletions included."""
        keys: set[Key] = set()
        token, version, is_first = "", 0, True
        while token or is_first:
            page = await self.api.list(
                self.resource, self.namespace, labels=self.labels, limit=self.page, continue_=token
            )
            self.last_activity = time.monotonic()
            if is_first:
                is_first, version = False, version_of(page)
                if version < self.heard:
                    log.warning("%s: versions went back from %d to %d", self.resource.plural, self.heard, version)
                    self.store.forget_versions(self.namespace)
            for item in page["items"]:
                keys.add(key_of(item))
                self.take("ADDED", item)
            token = page["metadata"].get("continue") or ""
        self.store.retain(keys, self.namespace, version)
        self.heard = version
        self.is_listed = True
        self.synced.set()

    async def watch(self) -> None:
        """Applies what happened since, until the server ends the watch."""
        started, told = time.monotonic(), False
        seconds = self.watch_seconds * random.uniform(0.75, 1.25)  # noqa: S311  # spreads reconnects, guards nothing
        events = self.api.watch(
            self.resource,
            self.namespace,
            labels=self.labels,
            resource_version=str(self.heard),
            timeout_seconds=seconds,
            silence_seconds=self.silence_seconds,
        )
        async with aclosing(events):
            async for event in events:
                self.last_activity = time.monotonic()
                self.failures, told = 0, True
                obj = event["object"]
                self.take(event["type"], obj)
                self.heard = max(self.heard, version_of(obj))
        if told or time.monotonic() - started >= SHORTEST_WATCH:
            self.failures = 0
        else:
            self.fail(relist=False)

    def take(self, kind: str, obj: Object) -> None:
        """One piece of news. An object that breaks `trim` or an index is left out, so that all others go on."""
        try:
            if kind == "DELETED":
                self.store.remove(obj)
            elif kind in ("ADDED", "MODIFIED"):
                self.store.upsert(obj, heard=NO_VERSION)
        except Exception:
            log.exception("%s: an object is left out: %s", self.resource.plural, obj.get("metadata", {}).get("name"))
