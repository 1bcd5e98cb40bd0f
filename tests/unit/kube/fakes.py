"""A scriptable API server on 127.0.0.1: the edge that a real cluster cannot be asked to show on demand.

Ordinary requests get the next scripted reply of their method and path. Watches and attach streams are handed to the
test as live handles, so that it decides byte by byte what arrives and when.
"""

import asyncio
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from aiohttp import WSMsgType, web

T = TypeVar("T")
Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]
PATIENCE = 10.0  # seconds; only ever used up by a test that fails


async def within(awaitable: Awaitable[T], seconds: float = PATIENCE) -> T:
    """The result, or TimeoutError."""
    async with asyncio.timeout(seconds):
        return await awaitable


async def eventually(condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Returns once `condition()` is true; fails with AssertionError."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition never came true"
        await asyncio.sleep(0.002)


def pod(name: str, version: int, *, namespace: str = "lab", **metadata: Any) -> dict[str, Any]:
    """A Pod with the little that the informer looks at."""
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, "resourceVersion": str(version), **metadata},
    }


def pod_list(version: int, *pods: dict[str, Any], next_page: str = "") -> dict[str, Any]:
    """A PodList; its items lack kind and apiVersion, as a server's do."""
    items = [{name: value for name, value in p.items() if name not in ("kind", "apiVersion")} for p in pods]
    metadata = {"resourceVersion": str(version), **({"continue": next_page} if next_page else {})}
    return {"kind": "PodList", "apiVersion": "v1", "metadata": metadata, "items": items}


def status(code: int, reason: str = "", message: str = "") -> dict[str, Any]:
    """A Status of failure."""
    return {"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message}


def answer(body: Any, code: int = 200, **headers: str) -> Reply:
    """A whole reply; headers are spelled with underscores."""

    async def reply(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        payload = body if isinstance(body, bytes) else orjson.dumps(body)
        return web.Response(body=payload, status=code, headers=named, content_type="application/json")

    return reply


def failure(code: int, reason: str = "", message: str = "", **headers: str) -> Reply:
    """A Status of failure as a reply."""
    return answer(status(code, reason, message), code, **headers)


async def reset(request: web.Request) -> web.StreamResponse:
    """Breaks the connection instead of answering."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Watch:
    """The server's end of one watch."""

    def __init__(self, request: web.Request, response: web.StreamResponse) -> None:
        self.query = dict(request.query)
        self.path = request.path
        self.done = asyncio.Event()
        self._request = request
        self._response = response

    @property
    def is_left(self) -> bool:
        """Whether the client has closed the connection."""
        return self._request.transport is None or self._request.transport.is_closing()

    async def raw(self, data: bytes) -> None:
        """Bytes as they are: half a line, or many."""
        await self._response.write(data)

    async def send(self, kind: str, obj: dict[str, Any]) -> None:
        """One event, on one line."""
        await self.raw(orjson.dumps({"type": kind, "object": obj}) + b"\n")

    async def bookmark(self, version: int) -> None:
        """Tells how far the server has come."""
        await self.send("BOOKMARK", {"kind": "Pod", "metadata": {"resourceVersion": str(version)}})

    def end(self) -> None:
        """Ends the watch as a server does when its time is over."""
        self.done.set()

    def reset(self) -> None:
        """Breaks the connection."""
        assert self._request.transport is not None
        self._request.transport.abort()
        self.done.set()


class Attached:
    """The server's end of one attach stream."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.query = dict(request.query)
        self.frames: list[bytes] = []
        self.pings = 0
        self.done = asyncio.Event()
        self._request = request
        self._socket = socket

    async def send(self, channel: int, data: bytes = b"") -> None:
        """One frame on a channel."""
        await self._socket.send_bytes(bytes([channel]) + data)

    async def succeed(self) -> None:
        """Success on channel 3, then a proper goodbye."""
        await self.send(3, orjson.dumps({"metadata": {}, "status": "Success"}))
        await self.close()

    async def close(self, code: int = 1000) -> None:
        """A proper goodbye."""
        await self._socket.close(code=code)
        self.done.set()

    def abort(self) -> None:
        """Breaks the connection."""
        assert self._request.transport is not None
        self._request.transport.abort()
        self.done.set()


@dataclass
class FakeApi:
    """The server. `replies` are used up in order; the last one of a path stays in force."""

    port: int = 0
    protocols: tuple[str, ...] = ("v5.channel.k8s.io", "v4.channel.k8s.io")
    answers_pings: bool = True
    requests: list[Seen] = field(default_factory=list)
    watches: asyncio.Queue[Watch] = field(default_factory=asyncio.Queue)
    streams: asyncio.Queue[Attached] = field(default_factory=asyncio.Queue)
    _replies: dict[tuple[str, str], deque[Reply]] = field(default_factory=lambda: defaultdict(deque))
    _open: set[Watch | Attached] = field(default_factory=set)
    _runner: web.AppRunner | None = None

    @property
    def server(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """Queues replies for requests of this method and path."""
        self._replies[method, path].extend(replies)

    def seen(self, method: str, path: str = "") -> list[Seen]:
        """The requests so far of this method (and path)."""
        return [r for r in self.requests if r.method == method and path in ("", r.path)]

    async def watch(self) -> Watch:
        """The next watch that is opened."""
        return await within(self.watches.get())

    async def attached(self) -> Attached:
        """The next attach stream that is opened."""
        return await within(self.streams.get())

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listens on a free port, or again on the one it had."""
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=tls)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Breaks everything that is open and listens no more."""
        for handle in self._open:
            handle.done.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        payload = await request.read()
        seen = Seen(
            request.method,
            request.path,
            dict(request.query),
            dict(request.headers),
            orjson.loads(payload) if payload else None,
        )
        self.requests.append(seen)
        scripted = self._replies[request.method, request.path]
        if request.query.get("watch"):
            scripted = self._replies["WATCH", request.path]
            if not scripted:
                return await self._watch(request)
        elif request.path.endswith("/attach") and not scripted:
            return await self._attach(request)
        if not scripted:
            return await failure(404, "NotFound", f"nothing scripted for {request.method} {request.path}")(request)
        return await (scripted.popleft() if len(scripted) > 1 or request.query.get("watch") else scripted[0])(request)

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        handle = Watch(request, response)
        await self._hold(handle, self.watches)
        return response

    async def _attach(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=self.protocols, autoping=False)
        await socket.prepare(request)
        handle = Attached(request, socket)
        reader = asyncio.create_task(self._read(socket, handle))
        await self._hold(handle, self.streams)
        reader.cancel()
        return socket

    async def _read(self, socket: web.WebSocketResponse, handle: Attached) -> None:
        async for message in socket:
            if message.type is WSMsgType.PING:
                handle.pings += 1
                if self.answers_pings:
                    await socket.pong(message.data)
            elif message.type is WSMsgType.BINARY:
                handle.frames.append(message.data)
        handle.done.set()

    async def _hold(self, handle: Any, queue: asyncio.Queue[Any]) -> None:
        self._open.add(handle)
        queue.put_nowait(handle)
        try:
            await handle.done.wait()
        finally:
            self._open.discard(handle)
