"""Kubernetes for the rest of codeexec: nine verbs, plain dicts in and out, errors of our own, retries in one place.

It must never do a write twice that may have happened once: what cannot be known is raised as `Unavailable`, and the
caller finds out by reading.
"""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
import orjson
from yarl import URL

import codeexec
from codeexec.kube.attach import HEARTBEAT_SECONDS, MESSAGE_BYTES, V4, V5, AttachStream
from codeexec.kube.credentials import Credentials
from codeexec.kube.errors import AttachFailed, KubeError, Refused, Unavailable
from codeexec.kube.lines import LineSplitter, LineTooLongError
from codeexec.kube.replies import failure_of_reply, failure_of_status
from codeexec.kube.resources import PODS, Object, Resource
from codeexec.kube.retry import Retry, is_safe_for_read, is_safe_for_write

OnRequest = Callable[[str, str, int], None]
"""Told (verb, plural or plural/subresource, HTTP code or 0 for no answer) after every attempt."""

CONNECT_SECONDS = 5.0
REQUEST_SECONDS = 30.0
KEEPALIVE_SECONDS = 45.0
"""Below the API server's own 90 s, so that a request is rarely sent into a connection that is being closed."""
WATCH_MARGIN_SECONDS = 15.0
EVENT_BYTES = 64 * 1024 * 1024
"""Longest watch line; etcd's default allows objects of 1.5 MiB, escapes and other settings make them grow."""

JSON = "application/json"
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
        """`deadline`: seconds within which a request is tried again; `request_seconds`: longest single attempt."""
        self._credentials = credentials
        self._on_request = on_request
        self._request_seconds = request_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._retry = Retry(deadline, first_pause)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all connections, those of running watches and streams included."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, resource: Resource, namespace: str | None, name: str) -> Object:
        """One object. Raises NotFound."""
        return await self._read("get", resource, resource.path(namespace, _named(name)))

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
        page = await self._read(
            "list",
            resource,
            resource.path(namespace),
            labelSelector=labels,
            limit=limit,
            resourceVersion=resource_version,
            **{"continue": continue_},
        )
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
    ) -> AsyncIterator[Object]:
        """Events after `resource_version`: {"type": ADDED | MODIFIED | DELETED | BOOKMARK, "object"}.

        Ends when the server ends it, after about `timeout_seconds`. Raises Gone when the version is too old, and
        Unavailable when the connection breaks or nothing at all comes for `silence_seconds` (a bookmark is due about
        once a minute). Never retries. Leave it early through `contextlib.aclosing`.
        """
        query = _query(
            watch=1,
            allowWatchBookmarks="true",
            labelSelector=labels,
            resourceVersion=resource_version,
            timeoutSeconds=max(1, round(timeout_seconds)),
        )
        path, what, code = resource.path(namespace), f"watch {resource.plural}", 0
        timeout = aiohttp.ClientTimeout(
            total=timeout_seconds + WATCH_MARGIN_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=silence_seconds
        )
        try:
            async with self._http().get(
                self._url(path, query), headers=await self._credentials.headers(), timeout=timeout
            ) as reply:
                code = reply.status
                if code != 200:
                    raise failure_of_reply(what, code, reply.headers.get("Retry-After"), await reply.read())
                self._report("watch", resource.plural, code)
                splitter = LineSplitter(EVENT_BYTES)
                async for chunk in reply.content.iter_any():
                    for line in splitter.feed(chunk):
                        if line:
                            yield _event(what, line)
        except (aiohttp.ClientError, OSError, TimeoutError, LineTooLongError) as problem:
            raise Unavailable(f"{what}: {_described(problem)}") from problem
        finally:
            if code != 200:
                self._report("watch", resource.plural, code)

    async def create(
        self, resource: Resource, namespace: str | None, body: Object, *, field_manager: str = "codeexec"
    ) -> Object:
        """The object as it was stored. Raises Conflict ("AlreadyExists"), Refused (invalid, forbidden, over quota)."""
        if resource.namespaced and not namespace:
            raise ValueError(f"{resource.plural} live in a namespace; none was given")
        path = resource.path(namespace)
        return await self._write("create", "POST", resource, path, body, JSON, fieldManager=field_manager)

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
        path = resource.path(namespace, _named(name), subresource)
        return await self._write(
            "patch", "PATCH", resource, path, body, MERGE_PATCH, subresource, fieldManager=field_manager
        )

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
        """Starts a deletion; the reply is the object or a Status. Raises NotFound; Conflict when `uid` (or
        `resource_version`) is no longer that of the object of this name."""
        preconditions = {"uid": uid, "resourceVersion": resource_version}
        options = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": "Background",
            "gracePeriodSeconds": grace_seconds,
            "preconditions": {name: value for name, value in preconditions.items() if value is not None} or None,
        }
        body = {name: value for name, value in options.items() if value is not None}
        return await self._write("delete", "DELETE", resource, resource.path(namespace, _named(name)), body, JSON)

    async def logs(self, namespace: str, pod: str, container: str, *, limit_bytes: int) -> bytes:
        """The first `limit_bytes` of a container's log. Raises NotFound; Refused (400) before the container started.

        A kubelet that cannot read the log says so in the text itself, with 200: judge the lines.
        """
        query = _query(container=container, limitBytes=limit_bytes)
        url = self._url(PODS.path(namespace, _named(pod), "log"), query)

        async def attempt(left: float) -> bytes:
            return await self._exchange("get", "pods/log", "GET", url, left, limit=limit_bytes)

        return await self._retry.call(attempt, is_safe_for_read)

    @asynccontextmanager
    async def attach(self, namespace: str, pod: str, container: str) -> AsyncIterator[AttachStream]:
        """A stream to a running container's stdin and from its stdout and stderr; leaving it closes it.

        Raises NotFound (no such Pod), AttachFailed (its container is not running yet, or not any more), Refused
        (not allowed), Throttled, Unavailable. Never retries: until something is sent, trying again is safe.
        """
        query = _query(container=container, stdin="true", stdout="true", stderr="true")
        url, what = self._url(PODS.path(namespace, _named(pod), "attach"), query), f"attach {namespace}/{pod}"
        code = 0
        try:
            websocket = await self._http().ws_connect(
                url,
                protocols=(V5, V4),
                headers=await self._credentials.headers(),
                heartbeat=self._heartbeat_seconds,
                max_msg_size=MESSAGE_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
            )
            code = 101
        except _HandshakeError as refusal:
            code = refusal.code
            raise refusal.problem from None
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise Unavailable(f"{what}: {_described(problem)}") from problem
        finally:
            self._report("attach", "pods/attach", code)
        async with websocket:
            if websocket.protocol is None:
                raise AttachFailed(f"{what}: the server speaks neither {V5} nor {V4}")
            yield AttachStream(websocket, what)

    async def _read(self, verb: str, resource: Resource, path: str, **query: str | int) -> Object:
        url = self._url(path, _query(**query))

        async def attempt(left: float) -> Object:
            return _parsed(verb, await self._exchange(verb, resource.plural, "GET", url, left))

        return await self._retry.call(attempt, is_safe_for_read)

    async def _write(
        self,
        verb: str,
        method: str,
        resource: Resource,
        path: str,
        body: Object,
        content_type: str,
        subresource: str = "",
        **query: str,
    ) -> Object:
        url, payload = self._url(path, _query(**query)), orjson.dumps(body)
        what = f"{resource.plural}/{subresource}" if subresource else resource.plural

        async def attempt(left: float) -> Object:
            return _parsed(verb, await self._exchange(verb, what, method, url, left, payload, content_type))

        return await self._retry.call(attempt, is_safe_for_write)

    async def _exchange(
        self,
        verb: str,
        what: str,
        method: str,
        url: URL,
        left: float,
        body: bytes | None = None,
        content_type: str = JSON,
        limit: int | None = None,
    ) -> bytes:
        """One attempt, or two when the token was stale (a 401 did nothing, so even a write may be repeated)."""
        try:
            return await self._attempt(verb, what, method, url, left, body, content_type, limit)
        except Refused as problem:
            if problem.status != 401 or not await self._credentials.renew():
                raise
        return await self._attempt(verb, what, method, url, left, body, content_type, limit)

    async def _attempt(
        self,
        verb: str,
        what: str,
        method: str,
        url: URL,
        left: float,
        body: bytes | None,
        content_type: str,
        limit: int | None,
    ) -> bytes:
        code = 0
        headers = await self._credentials.headers()
        if body is not None:
            headers["Content-Type"] = content_type
        timeout = aiohttp.ClientTimeout(
            total=min(self._request_seconds, max(left, 0.001)), sock_connect=CONNECT_SECONDS
        )
        try:
            async with self._http().request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as reply:
                payload = await reply.read() if limit is None else await _head(reply.content, limit)
                code = reply.status
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise Unavailable(f"{verb} {what}: {_described(problem)}") from problem
        finally:
            self._report(verb, what, code)
        if code >= 300:
            raise failure_of_reply(f"{verb} {what}", code, reply.headers.get("Retry-After"), payload)
        return payload

    def _report(self, verb: str, what: str, code: int) -> None:
        if self._on_request is not None:
            self._on_request(verb, what, code)

    def _url(self, path: str, query: str) -> URL:
        return URL(f"{self._credentials.server.rstrip('/')}{path}{'?' if query else ''}{query}", encoded=True)

    def _http(self) -> aiohttp.ClientSession:
        """The session, made on first use because it belongs to the running loop."""
        if self._session is None:
            tls: Any = self._credentials.ssl
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    keepalive_timeout=KEEPALIVE_SECONDS,
                    ssl=True if tls is None else tls,
                    socket_factory=_watchful_socket,
                ),
                timeout=aiohttp.ClientTimeout(total=self._request_seconds, sock_connect=CONNECT_SECONDS),
                # Identity: compressing replies costs both sides more than a cluster's network does.
                headers={
                    "User-Agent": f"codeexec/{codeexec.__version__}",
                    "Accept": JSON,
                    "Accept-Encoding": "identity",
                },
                middlewares=(_explain_refused_handshake,),
                proxy=self._credentials.proxy,
            )
        return self._session


class _HandshakeError(Exception):
    """Carries the reason of a refused WebSocket handshake past aiohttp, which would throw its text away."""

    def __init__(self, problem: KubeError, code: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.code = code


async def _explain_refused_handshake(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    reply = await handler(request)
    if "Upgrade" in request.headers and reply.status != 101:
        payload = await reply.read()
        problem = failure_of_reply("attach", reply.status, reply.headers.get("Retry-After"), payload)
        # 400 and 500 are how a kubelet says that there is no such container, or that it does not run.
        if reply.status in (400, 500):
            problem = AttachFailed(problem.message)
        raise _HandshakeError(problem, reply.status)
    return reply


def _watchful_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket that notices within about 25 s that its peer is gone, even while both are silent, as watches are."""
    result = socket.socket(address[0], address[1], address[2])
    result.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    seconds = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}
    for option, value in seconds.items():
        if hasattr(socket, option):  # Linux has them all
            result.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    return result


def _event(what: str, line: bytes) -> Object:
    """One watch event; raises what an ERROR event stands for."""
    event = _parsed(what, line)
    if event.get("type") == "ERROR":
        status = event.get("object") or {}
        raise failure_of_status(what, int(status.get("code") or 500), status)
    return event


def _parsed(what: str, payload: bytes) -> Object:
    try:
        result = orjson.loads(payload)
    except orjson.JSONDecodeError as problem:
        raise Unavailable(f"{what}: the reply is not JSON ({problem})") from problem
    if not isinstance(result, dict):
        raise Unavailable(f"{what}: the reply is not an object")
    return result


async def _head(content: aiohttp.StreamReader, limit: int) -> bytes:
    parts, size = [], 0
    while size < limit and (part := await content.read(limit - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _named(name: str) -> str:
    if not name:
        raise ValueError("an object needs a name here; an empty one would address the whole collection")
    return name


def _query(**values: str | int) -> str:
    return urlencode({name: value for name, value in values.items() if value})


def _described(problem: BaseException) -> str:
    return f"{type(problem).__name__} {problem}".strip()
