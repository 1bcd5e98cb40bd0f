"""A local copy of one kind of object, kept up to date by list and watch.

It stays correct over lost connections, expired versions and our own writes, and it never dies: whatever goes wrong is
logged and tried again. It only reads; what a change means is decided by whoever is told.
"""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from codeexec.kube.api import KubeApi
from codeexec.kube.resources import Key, Object, Resource

OnChange = Callable[[str, Object | None, Object | None], None]
"""Told ("ADDED" | "MODIFIED" | "DELETED", old, new) for every change of the copy, wherever it came from."""

Index = Callable[[Object], str | None]


class Informer:
    """See the module."""

    def __init__(
        self,
        api: KubeApi,
        resource: Resource,
        *,
        namespaces: Sequence[str] | None = None,
        labels: str = "",
        trim: Callable[[Object], Object] | None = None,
        indexes: Mapping[str, Index] | None = None,
        on_change: OnChange | None = None,
    ) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        """Starts the loops; leaving the block stops them. Same as `start` and `stop`."""
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        raise NotImplementedError

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def synced(self) -> None:
        """Returns once every namespace has been listed."""

    def get(self, key: Key) -> Object | None:
        """key = (namespace, name). Objects are shared: read them, never change them."""
        raise NotImplementedError

    def by_index(self, name: str, value: str) -> list[Object]:
        raise NotImplementedError

    def all(self) -> list[Object]:
        raise NotImplementedError

    def put(self, obj: Object) -> bool:
        """The reply of our own write; ignored when stale. True when the copy changed (then on_change was told)."""
        raise NotImplementedError

    @property
    def last_activity(self) -> float:
        """time.monotonic() at which the quietest of the loops last heard from the server."""
        raise NotImplementedError


def by_label(label: str) -> Index:
    """Index function: the value of a label, objects without it are left out."""
    return lambda obj: (obj["metadata"].get("labels") or {}).get(label)
