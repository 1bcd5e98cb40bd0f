"""The operator, started from a shell, that can be killed or held at a named point of a run.

The product has no hooks for this. Here its own App is given an API client that counts the points it passes, and that
at one of them kills its own process as the kernel would, or waits until a file is there. A point is `before` or `after`
a write (`before create pods 1`: the number counts them), or a place on the attach stream (`attach opened 1`,
`attach half 1` with half of the job sent, `attach whole 1`, `attach line result 1` with that line read and not yet
handed on).
"""

import argparse
import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from codeexec import handlers, logs
from codeexec.app import App
from codeexec.config import Config, image_names
from codeexec.kube.api import KubeApi
from codeexec.kube.attach import AttachStream
from codeexec.kube.resources import Object, Resource


class Fate:
    """Strikes at one point, once."""

    def __init__(self, point: str, hold: Path | None) -> None:
        self._point = point
        self._hold = hold
        self._passed: Counter[str] = Counter()

    def concerns(self, *points: str) -> bool:
        return self._point.startswith(points)

    async def passes(self, what: str) -> None:
        self._passed[what] += 1
        if f"{what} {self._passed[what]}" != self._point:
            return
        if self._hold is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            self._hold.with_suffix(".held").touch()
            while not self._hold.exists():  # noqa: ASYNC110 another process makes it
                await asyncio.sleep(0.05)


class FatedStream:
    """An attach stream with points on it."""

    def __init__(self, stream: AttachStream, fate: Fate) -> None:
        self._stream = stream
        self._fate = fate

    async def send_stdin(self, data: bytes) -> None:
        if not self._fate.concerns("attach half", "attach whole"):
            await self._stream.send_stdin(data)
            return
        half = len(data) // 2
        await self._stream.send_stdin(data[:half])
        await asyncio.sleep(0.3)  # so that the half is there when we are not
        await self._fate.passes("attach half")
        await self._stream.send_stdin(data[half:])
        await asyncio.sleep(0.3)
        await self._fate.passes("attach whole")

    async def lines(self) -> AsyncIterator[bytes]:
        async for line in self._stream.lines():
            await self._fate.passes(f"attach line {orjson.loads(line)['type']}")
            yield line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class FatedApi(KubeApi):
    fate: Fate

    async def create(self, resource: Resource, namespace: str | None, body: Object, **more: Any) -> Object:
        await self.fate.passes(f"before create {resource.plural}")
        reply = await super().create(resource, namespace, body, **more)
        await self.fate.passes(f"after create {resource.plural}")
        return reply

    async def patch(self, resource: Resource, namespace: str | None, name: str, body: Object, **more: Any) -> Object:
        await self.fate.passes(f"before patch {resource.plural}")
        reply = await super().patch(resource, namespace, name, body, **more)
        await self.fate.passes(f"after patch {resource.plural}")
        return reply

    async def delete(self, resource: Resource, namespace: str | None, name: str, **more: Any) -> Object:
        await self.fate.passes(f"before delete {resource.plural}")
        reply = await super().delete(resource, namespace, name, **more)
        await self.fate.passes(f"after delete {resource.plural}")
        return reply

    @asynccontextmanager
    async def attach(self, namespace: str, pod: str, container: str) -> AsyncIterator[AttachStream]:
        await self.fate.passes("attach asked")
        async with super().attach(namespace, pod, container) as stream:
            await self.fate.passes("attach opened")
            fated: Any = FatedStream(stream, self.fate)
            yield fated


class FatedApp(App):
    def __init__(self, config: Config, fate: Fate) -> None:
        super().__init__(config)
        self._fate = fate

    def connect(self, credentials: Any) -> KubeApi:
        api = FatedApi(credentials)
        api.fate = self._fate
        return api


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--slots", type=int, default=10)
    parser.add_argument("--at", default="", help="the point")
    parser.add_argument("--hold", type=Path, help="wait there for this file instead of dying")
    options = parser.parse_args()
    logs.configure(verbose=True)
    config = Config(
        namespaces=(options.namespace,),
        images=image_names(options.images),
        max_concurrent=options.slots,
        user_namespaces=True,
        listen_port=0,
        verbose=True,
    )
    asyncio.run(handlers.run(FatedApp(config, Fate(options.at, options.hold))))


if __name__ == "__main__":
    main()
