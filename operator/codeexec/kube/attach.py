"""The stream to a container's stdin and from its stdout: channels of bytes over one WebSocket.

Everything that arrives may have been written by hostile code: it is cut into lines of bounded length and handed on as
bytes; nothing in here decodes or believes it. A silent program is fine for as long as it likes, a silent API server is
noticed within about 15 s.
"""

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import orjson

from codeexec.kube.errors import AttachFailed, AttachLost
from codeexec.kube.lines import LineSplitter, LineTooLongError
from codeexec.kube.replies import printable

V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
FRAME_BYTES = 32 * 1024
LINE_BYTES = 1024 * 1024
STDERR_TAIL_BYTES = 4096
MESSAGE_BYTES = 4 * 1024 * 1024
"""Bound of one incoming WebSocket message; API servers send about 32 KiB."""
HEARTBEAT_SECONDS = 10.0
"""A ping after this long without data; half as long again without its answer and the stream counts as lost."""
CLOSING_SECONDS = 5.0
"""How long the end of the stream may take after its status has come."""


class AttachStream:
    """One attached container. Made by `KubeApi.attach`; one reader and one writer at a time.

    The reader must keep reading: a heartbeat's answer waits in the same queue behind the data.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[Any], what: str) -> None:
        self._socket = socket
        self._what = what
        self._stderr = bytearray()

    @property
    def protocol(self) -> str:
        """ "v5.channel.k8s.io", or v4 where the server is older."""
        return self._socket.protocol or ""

    @property
    def stderr_tail(self) -> bytes:
        """The last 4 KiB that came on stderr so far: where a runner that breaks says why."""
        return bytes(self._stderr)

    async def send_stdin(self, data: bytes) -> None:
        """Writes to the container's stdin, in frames of at most 32 KiB. Raises AttachLost; what arrived is unknown."""
        view = memoryview(data)
        for start in range(0, len(data), FRAME_BYTES):
            await self._send(bytes([STDIN]) + view[start : start + FRAME_BYTES])

    async def close_stdin(self) -> None:
        """Ends the container's stdin. Version 4 of the protocol has no word for it: there nothing is sent."""
        if self.protocol == V5:
            await self._send(bytes([CLOSE, STDIN]))

    async def lines(self) -> AsyncGenerator[bytes, None]:
        """Complete lines of stdout, without the newline, until the container's end of stdout.

        What follows the last newline is dropped. An end says nothing about the program: it is the same when the Pod is
        deleted under it. Raises AttachFailed on a failure status or a line beyond 1 MiB,
        AttachLost when the stream ends without a status.
        """
        splitter = LineSplitter(LINE_BYTES)
        finished = False
        while True:
            message = await self._receive(CLOSING_SECONDS if finished else None)
            if message is None and finished:
                return
            if message is None:
                raise AttachLost(f"{self._what}: the stream broke off ({self._why()})")
            channel, data = message[0], message[1:]
            if channel == STDOUT:
                try:
                    for line in splitter.feed(data):
                        yield line
                except LineTooLongError as problem:
                    raise AttachFailed(f"{self._what}: {problem}") from problem
            elif channel == STDERR:
                self._stderr = (self._stderr + data)[-STDERR_TAIL_BYTES:]
            elif channel == STATUS and data:
                self._check(data)
                finished = True

    async def _send(self, frame: bytes) -> None:
        try:
            await self._socket.send_bytes(frame)
        except (aiohttp.ClientError, OSError) as problem:
            raise AttachLost(f"{self._what}: the stream broke off while sending ({problem})") from problem

    async def _receive(self, seconds: float | None) -> bytes | None:
        """The next message that is not empty; None at the end, whatever kind of end it is."""
        while True:
            try:
                message = await self._socket.receive(timeout=seconds)
            except TimeoutError:
                return None
            if message.type is not aiohttp.WSMsgType.BINARY:
                return None
            if message.data:
                data: bytes = message.data
                return data

    def _check(self, data: bytes) -> None:
        """Raises AttachFailed unless `data` is a Status of success."""
        status: Any = None
        with contextlib.suppress(orjson.JSONDecodeError):
            status = orjson.loads(data)
        if not isinstance(status, dict):
            raise AttachFailed(f"{self._what}: unreadable status {printable(data.decode('utf-8', 'replace'))}")
        if status.get("status") != "Success":
            raise AttachFailed(f"{self._what}: {printable(str(status.get('message') or status))}")

    def _why(self) -> str:
        problem = self._socket.exception()
        return str(problem) if problem else f"closed with code {self._socket.close_code}, without a status"
