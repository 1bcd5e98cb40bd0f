"""HTTP to the API server: one pool of connections, signed requests, timeouts, and every failure as one of our errors.

One call here is one attempt; trying again is the business of `Retry`.
"""

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
from yarl import URL

import codeexec
from codeexec.kube.attach import MESSAGE_BYTES, V4, V5
from codeexec.kube.credentials import Credentials
from codeexec.kube.errors import AttachFailed, KubeError, Refused, Unavailable
from codeexec.kube.replies import failure_of_reply

OnRequest = Callable[[str, str, int], None]
"""Told (verb, plural or plural/subresource, HTTP code or 0 for no answer) after every attempt."""

T = TypeVar("T")
Headers = dict[str, str]

CONNECT_SECONDS = 5.0
KEEPALIVE_SECONDS = 45.0
"""Below the API server's own 90 s, so that a request is rarely sent into a connection that is being closed."""
CLOSE_SECONDS = 1.0
"""How long a WebSocket waits for the other side's goodbye."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `what` is the plural or plural/subresource; empty and zero query values are left out."""

    verb: str
    what: str
    method: str
    path: str
    query: dict[str, str | int] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    limit: int | None = None  # bytes of the reply to read at most

    def __str__(self) -> str:
        return f"{self.verb} {self.what}"


class Transport:
    """The connections to one API server."""

    def __init__(
        self, credentials: Credentials, on_request: OnRequest | None, request_seconds: float, heartbeat_seconds: float
    ) -> None:
        """`request_seconds`: longest ordinary request, from connecting to the last byte of the reply."""
        self._credentials = credentials
        self._on_request = on_request
        self._request_seconds = request_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Ends all connections, those of running watches and streams included."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def exchange(self, call: Call, seconds: float) -> bytes:
        """The body of a good reply, within `seconds` at most; raises a KubeError."""
        limits = aiohttp.ClientTimeout(total=min(self._request_seconds, seconds), connect=CONNECT_SECONDS)

        async def attempt(headers: Headers) -> bytes:
            reply = await self._send(call, headers, limits)
            try:
                async with reply:
                    return await (reply.read() if call.limit is None else _head(reply.content, call.limit))
            except (aiohttp.ClientError, OSError, TimeoutError) as problem:
                raise _unavailable(call, problem) from problem

        return await self._signed(attempt)

    async def chunks(
        self, call: Call, total_seconds: float, silence_seconds: float | None
    ) -> AsyncGenerator[bytes, None]:
        """The body of a good reply as it comes; raises a KubeError, Unavailable after `silence_seconds` of nothing."""
        limits = aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS, sock_read=silence_seconds)

        async def attempt(headers: Headers) -> aiohttp.ClientResponse:
            return await self._send(call, headers, limits)

        reply = await self._signed(attempt)
        try:
            async for chunk in reply.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise _unavailable(call, problem) from problem
        finally:
            _drop(reply)

    async def websocket(self, call: Call) -> aiohttp.ClientWebSocketResponse[Any]:
        """An open WebSocket in version 5 or 4 of the channel protocol; raises a KubeError."""

        async def attempt(headers: Headers) -> aiohttp.ClientWebSocketResponse[Any]:
            code = 0
            try:
                result = await self._http().ws_connect(
                    self._url(call),
                    protocols=(V5, V4),
                    headers=headers,
                    heartbeat=self._heartbeat_seconds,
                    max_msg_size=MESSAGE_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
                    server_hostname=self._credentials.server_name,
                )
                code = 101
            except _HandshakeError as refusal:
                code = refusal.code
                raise refusal.problem from None
            except (aiohttp.ClientError, OSError, TimeoutError) as problem:
                raise _unavailable(call, problem) from problem
            finally:
                self._report(call, code)
            return result

        return await self._signed(attempt)

    async def _send(self, call: Call, headers: Headers, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """A reply whose headers say that all is well; its body is still to be read."""
        if call.body is not None:
            headers = {**headers, "Content-Type": call.content_type}
        code = 0
        try:
            reply = await self._http().request(
                call.method,
                self._url(call),
                data=call.body,
                headers=headers,
                timeout=limits,
                allow_redirects=False,
                server_hostname=self._credentials.server_name,
            )
            code = reply.status
            if code < 300:
                return reply
            async with reply:
                payload = await reply.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as problem:
            raise _unavailable(call, problem) from problem
        finally:
            self._report(call, code)
        raise failure_of_reply(str(call), code, reply.headers.get("Retry-After"), payload)

    async def _signed(self, attempt: Callable[[Headers], Awaitable[T]]) -> T:
        """The result of `attempt`, repeated once with a new token on a 401: that one did nothing, even for a write."""
        headers = await self._credentials.headers()
        try:
            return await attempt(headers)
        except Refused as problem:
            if problem.status != 401:
                raise
            renewed = await self._credentials.renew()
            if renewed == headers:
                raise
        return await attempt(renewed)

    def _report(self, call: Call, code: int) -> None:
        if self._on_request is not None:
            self._on_request(call.verb, call.what, code)

    def _url(self, call: Call) -> URL:
        query = urlencode({name: value for name, value in call.query.items() if value})
        return URL(f"{self._credentials.server.rstrip('/')}{call.path}{'?' if query else ''}{query}", encoded=True)

    def _http(self) -> aiohttp.ClientSession:
        """The session, made on first use because it belongs to the running loop."""
        if self._session is None:
            tls = self._credentials.ssl
            connector = aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=KEEPALIVE_SECONDS,
                ssl=True if tls is None else tls,
                socket_factory=_watchful_socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=self._request_seconds, connect=CONNECT_SECONDS),
                # Identity: compressing replies costs both sides more than a cluster's network does.
                headers={
                    "User-Agent": f"codeexec/{codeexec.__version__}",
                    "Accept": "application/json, */*",
                    "Accept-Encoding": "identity",
                },
                middlewares=(_send_once, _explain_refused_handshake),
                proxy=self._credentials.proxy,
            )
        return self._session


class _HandshakeError(Exception):
    """Carries the reason of a refused WebSocket handshake past aiohttp, which would throw its text away."""

    def __init__(self, problem: KubeError, code: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.code = code


async def _send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Hides broken connections from aiohttp, which would send a GET or DELETE again behind our back."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as problem:
        raise aiohttp.ClientConnectionError(str(problem) or type(problem).__name__) from problem


async def _explain_refused_handshake(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    reply = await handler(request)
    if "Upgrade" in request.headers and reply.status != 101:
        payload = await reply.read()
        problem = failure_of_reply("attach pods", reply.status, reply.headers.get("Retry-After"), payload)
        # 400 and 500 are how API server and kubelet say that there is no such container, or that it does not run.
        if reply.status in (400, 500):
            problem = AttachFailed(problem.message)
        raise _HandshakeError(problem, reply.status)
    return reply


def _watchful_socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket that notices within about 25 s that its peer is gone, even while both are silent, as watches are."""
    result = socket.socket(address[0], address[1], address[2])
    result.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 25_000}  # s, s, 1, ms
    for name, value in options.items():
        if hasattr(socket, name):  # Linux has them all
            result.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return result


def _drop(reply: aiohttp.ClientResponse) -> None:
    """Lets go of a reply at once: without the TLS goodbye, for which a server in mid-stream may keep us waiting."""
    transport = reply.connection.transport if reply.connection is not None else None
    if transport is not None:
        transport.abort()
    reply.close()


def _unavailable(call: Call, problem: BaseException) -> Unavailable:
    return Unavailable(f"{call}: {str(problem) or type(problem).__name__}")


async def _head(content: aiohttp.StreamReader, limit: int) -> bytes:
    parts, size = [], 0
    while size < limit and (part := await content.read(limit - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)
