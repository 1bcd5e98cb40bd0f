"""Hands the job to the sandbox and listens until the runner has reported. It judges nothing."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from codeexec.domain.reader import RecordReader
from codeexec.kube.attach import AttachStream


async def deliver(
    attached: AbstractAsyncContextManager[AttachStream],
    job: bytes,
    reader: RecordReader,
    *,
    seconds: float,
    sending: Callable[[], None],
    reported: Callable[[], None],
) -> None:
    """Returns when the stream is closed. `sending` is called before the first byte leaves, `reported` as soon as the
    runner's last line is here: closing takes up to some 100 ms, for which the verdict need not wait.

    Raises KubeErrors of the stream, and TimeoutError after `seconds`.
    """
    async with asyncio.timeout(seconds), attached as stream:
        sending()
        await stream.send_stdin(job + b"\n")
        async for line in stream.lines():
            reader.feed(line)
            if reader.ended:
                reported()
                return
