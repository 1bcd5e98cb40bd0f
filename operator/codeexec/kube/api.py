"""Kubernetes for the rest of codeexec: eight verbs, plain dicts in and out, errors of our own, retries in one place.

It must never do a write twice that may have happened once: what cannot be known is raised as `Unavailable`, and the
caller finds out by reading.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from types import TracebackType
from typing import Self

import orjson

from codeexec.kube.attach import HEARTBEAT_SECONDS, V4, V5, AttachStream
from codeexec.kube.credentials import Credentials
from codeexec.kube.errors import AttachFailed, Unavailable
from codeexec.kube.lines import LineSplitter, LineTooLongError
from codeexec.kube.replies import failure_of_status
from codeexec.kube.resources import PODS, Object, Resource
from codeexec.kube.retry import Retry, is_safe_for_read, is_safe_for_write
from codeexec.kube.transport import Call, OnRequest, Transport

REQUEST_SECONDS = 30.0
WATCH_MARGIN_SECONDS = 15.0
"""How much longer than it was asked to last a watch may take to end."""
EVENT_BYTES = 64 * 1024 * 1024
"""Longest watch line; etcd's default allows objects of 1.5 MiB, escapes and other settings make them grow."""
MERGE_PATCH = "application/merge-patch+json"


class KubeApi:
    """One cluster over one pool of connections. Open it with `async with`, or `close()` it in the end."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        deadline: float = 30.0,
        on_request: OnRequest | None = None,
        request_seconds: float = REQUEST_SECONDS,
        first_pause: float = 0.2,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        """`deadline`: seconds within which a request is tried again; `request_seconds`: longest single attempt;
        `first_pause`: seconds before the second attempt, doubled from then on."""
        self._transport = Transport(credentials, on_request, request_seconds, heartbeat_seconds)
        self._retry = Retry(deadline, first_pause)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all connections, those of running watches and streams included."""
        await self._transport.close()

    async def get(self, resource: Resource, namespace: str | None, name: str) -> Object:
        """One object. Raises NotFound."""
        return await self._read(Call("get", resource.plural, "GET", resource.path(namespace, _named(name))))

    async def list(
        self,
        resource: Resource,
        namespace: str | None,
        *,
        labels: str = "",
        limit: int = 0,
        continue_: str = "",
        resource_version: str = "",
    ) -> Object:
        """One page of a collection (`limit` 0: all of it): {"metadata": {"resourceVersion", "continue"?}, "items"}.

        `namespace` None means all of them. Without `resource_version` the page is as fresh as the store itself.
        Every item carries `kind` and `apiVersion`, as objects do elsewhere. Raises Gone when `continue_` has expired.
        """
        query: dict[str, str | int] = {
            "labelSelector": labels,
            "limit": limit,
            "continue": continue_,
            "resourceVersion": resource_version,
        }
        page = await self._read(Call("list", resource.plural, "GET", resource.path(namespace), query))
        kind, version = str(page.get("kind", "")).removesuffix("List"), page.get("apiVersion")
        page["items"] = [{"kind": kind, "apiVersion": version, **item} for item in page.get("items") or ()]
        return page

    async def watch(
        self,
        resource: Resource,
        namespace: str | None,
        *,
        labels: str = "",
        resource_version: str = "",
        timeout_seconds: float = 240.0,
        silence_seconds: float | None = None,
    ) -> AsyncGenerator[Object, None]:
        """Events after `resource_version`: {"type": ADDED | MODIFIED | DELETED | BOOKMARK, "object"}.

        Ends when the server ends it, after about `timeout_seconds`. Raises Gone when the version is too old, and
        Unavailable when the connection breaks or nothing at all comes for `silence_seconds` (a bookmark is due about
        once a minute). Never retries. Leave it early through `contextlib.aclosing`.
        """
        query: dict[str, str | int] = {
            "watch": 1,
            "allowWatchBookmarks": "true",
            "labelSelector": labels,
            "resourceVersion": resource_version,
            "timeoutSeconds": max(1, round(timeout_seconds)),
        }
        call = Call("watch", resource.plural, "GET", resource.path(namespace), query)
        splitter = LineSplitter(EVENT_BYTES)
        async with aclosing(
            self._transport.chunks(call, timeout_seconds + WATCH_MARGIN_SECONDS, silence_seconds)
        ) as chunks:
            async for chunk in chunks:
                try:
                    for line in filter(None, splitter.feed(chunk)):
                        yield _event(call, line)
                except LineTooLongError as problem:
                    raise Unavailable(f"{call}: {problem}") from problem

    async def create(
        self, resource: Resource, namespace: str | None, body: Object, *, field_manager: str = "codeexec"
    ) -> Object:
        """The object as it was stored. Raises Conflict ("AlreadyExists"), Refused (invalid, forbidden, over quota)."""
        if resource.namespaced and not namespace:
            raise ValueError(f"{resource.plural} live in a namespace; none was given")
        query: dict[str, str | int] = {"fieldManager": field_manager}
        return await self._write(
            Call("create", resource.plural, "POST", resource.path(namespace), query, orjson.dumps(body))
        )

    async def patch(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        body: Object,
        *,
        subresource: str = "",
        field_manager: str = "codeexec",
    ) -> Object:
        """The object after a merge patch. A `metadata.resourceVersion` or `.uid` in `body` must hold, or Conflict."""
        what = f"{resource.plural}/{subresource}" if subresource else resource.plural
        path = resource.path(namespace, _named(name), subresource)
        query: dict[str, str | int] = {"fieldManager": field_manager}
        return await self._write(Call("patch", what, "PATCH", path, query, orjson.dumps(body), MERGE_PATCH))

    async def delete(
        self,
        resource: Resource,
        namespace: str | None,
        name: str,
        *,
        uid: str | None = None,
        resource_version: str | None = None,
        grace_seconds: int | None = None,
    ) -> Object:
        """Starts a deletion (dependents in the background); the reply is the object as it now is, or a Status.

        Raises NotFound; Conflict when the object of this name has another `uid` or `resource_version`.
        """
        preconditions = {"uid": uid, "resourceVersion": resource_version}
        options = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": "Background",
            "gracePeriodSeconds": grace_seconds,
            "preconditions": {name: value for name, value in preconditions.items() if value is not None} or None,
        }
        body = orjson.dumps({name: value for name, value in options.items() if value is not None})
        path = resource.path(namespace, _named(name))
        return await self._write(Call("delete", resource.plural, "DELETE", path, {}, body))

    async def logs(self, namespace: str, pod: str, container: str, *, limit_bytes: int) -> bytes:
        """The first `limit_bytes` of a container's log. Raises NotFound; Refused (400) before the container started.

        A kubelet that cannot read the log says so in the text itself, with 200: judge the lines.
        """
        query: dict[str, str | int] = {"container": container, "limitBytes": limit_bytes}
        call = Call("get", "pods/log", "GET", PODS.path(namespace, _named(pod), "log"), query, limit=limit_bytes)
        return await self._retry.call(lambda left: self._transport.exchange(call, left), is_safe_for_read)

    @asynccontextmanager
    async def attach(self, namespace: str, pod: str, container: str) -> AsyncIterator[AttachStream]:
        """A stream to a running container's stdin and from its stdout and stderr; leaving it closes it.

        Raises NotFound (no such Pod), AttachFailed (its container is not running yet, or not any more), Refused
        (not allowed), Throttled, Unavailable. Never retries: until something is sent, trying again is safe.
        """
        query: dict[str, str | int] = {"container": container, "stdin": "true", "stdout": "true", "stderr": "true"}
        call = Call("attach", "pods/attach", "GET", PODS.path(namespace, _named(pod), "attach"), query)
        async with await self._transport.websocket(call) as websocket:
            if websocket.protocol is None:
                raise AttachFailed(f"{call}: the server speaks neither {V5} nor {V4}")
            yield AttachStream(websocket, f"attach {namespace}/{pod}")

    async def _read(self, call: Call) -> Object:
        return _parsed(
            call, await self._retry.call(lambda left: self._transport.exchange(call, left), is_safe_for_read)
        )

    async def _write(self, call: Call) -> Object:
        return _parsed(
            call, await self._retry.call(lambda left: self._transport.exchange(call, left), is_safe_for_write)
        )


def _event(call: Call, line: bytes) -> Object:
    """One watch event; raises what an ERROR event stands for."""
    event = _parsed(call, line)
    if event.get("type") == "ERROR":
        status = event.get("object") or {}
        raise failure_of_status(str(call), int(status.get("code") or 500), status)
    return event


def _parsed(call: Call, payload: bytes) -> Object:
    try:
        result = orjson.loads(payload)
    except orjson.JSONDecodeError as problem:
        raise Unavailable(f"{call}: the reply is not JSON ({problem})") from problem
    if not isinstance(result, dict):
        raise Unavailable(f"{call}: the reply is not a JSON object")
    return result


def _named(name: str) -> str:
    if not name:
        raise ValueError("an object needs a name here; an empty one would address the whole collection")
    return name
