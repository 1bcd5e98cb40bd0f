"""A child process with three pipes on the event loop, for Linux: started and reaped without holding the loop up.

`asyncio.create_subprocess_exec` starts processes by vfork on the loop's own thread, where everything stands still until
the child has had a processor to exec on: 70 ms on a busy machine.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from functools import partial

STDOUT, STDERR = 1, 2
LAST_WORDS_BYTES = 64 * 1024


class Child:
    """`heard(descriptor, data)` gets what it writes, once connected; `ended(code)` is called once, when it is dead
    with all it had started."""

    def __init__(
        self, process: subprocess.Popen[bytes], heard: Callable[[int, bytes], None], ended: Callable[[int], None]
    ) -> None:
        self._process = process
        self._heard = heard
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._pidfd = os.pidfd_open(process.pid)
        self._stdin: asyncio.WriteTransport | None = None
        self._outputs: dict[int, asyncio.ReadTransport] = {}
        self.pid = process.pid

    async def connect(self) -> None:
        self._loop.add_reader(self._pidfd, self._exited)
        self._stdin, _ = await self._loop.connect_write_pipe(asyncio.BaseProtocol, self._process.stdin)
        for descriptor, pipe in ((STDOUT, self._process.stdout), (STDERR, self._process.stderr)):
            self._outputs[descriptor], _ = await self._loop.connect_read_pipe(
                partial(_Listener, descriptor, self._heard), pipe
            )
        if self._process.returncode is not None:
            self._close_pipes()

    def alive(self) -> bool:
        """As the kernel sees it, also when the loop has not heard of its death yet."""
        if self._process.returncode is not None:
            return False
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    def write(self, data: bytes) -> None:
        if self._stdin:
            self._stdin.write(data)

    def hear(self, descriptor: int, *, on: bool) -> None:
        """Off: what it writes stays in the pipe, and it stands still when that is full."""
        if pipe := self._outputs.get(descriptor):
            if on:
                pipe.resume_reading()
            else:
                pipe.pause_reading()

    def kill(self) -> None:
        """With its process group. The number is its own until it is reaped, and that happens on this thread."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _exited(self) -> None:
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        self.kill()
        code = self._process.wait()
        if self._process.stderr and not self._process.stderr.closed:
            with contextlib.suppress(OSError):
                self._heard(STDERR, os.read(self._process.stderr.fileno(), LAST_WORDS_BYTES))
        self._close_pipes()
        self._ended(code)

    def _close_pipes(self) -> None:
        if self._stdin and not self._stdin.is_closing():  # it closes by itself when nobody reads
            self._stdin.abort()
        for pipe in self._outputs.values():
            pipe.close()


class _Listener(asyncio.Protocol):
    def __init__(self, descriptor: int, heard: Callable[[int, bytes], None]) -> None:
        self._descriptor = descriptor
        self._heard = heard

    def data_received(self, data: bytes) -> None:
        self._heard(self._descriptor, data)


async def launch(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Without environment and descriptors of ours, in a session of its own: what it starts dies with it, and ^C in a
    terminal is the operator's affair. Raises OSError."""
    return await asyncio.to_thread(_start, command)


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env={},
        cwd="/",
        start_new_session=True,
        group=os.getgid(),  # changes nothing but this: fork instead of vfork, which would stop all threads until exec
    )
