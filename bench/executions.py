"""One CodeExecution as a program sees it: created over a warm connection, its end seen on a watch."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from bench.hello import OUTPUT
from bench.tools import Trouble
from codeexec.kube.api import KubeApi
from codeexec.kube.resources import CODEEXECUTIONS
from codeexec.models.base import API_VERSION
from codeexec.models.status import ExecutionStatus

PROGRAM = 'print("hello")'
PATIENCE = 60.0
WATCH_SECONDS = 3600.0

STAGES = (
    ("apply", "accepted", "API server stores it, the operator's watch shows it"),
    ("accepted", "claimed", "decide, create the Pod"),
    ("claimed", "ready", "status names the Pod; it is scheduled and started, the watch shows it"),
    ("ready", "delivered", "attach"),
    ("delivered", "started", "the runner takes the job"),
    ("started", "finished", "the program"),
    ("finished", "reported", "network gate, record to the operator, verdict"),
    ("reported", "seen", "API server stores it, our watch shows it"),
)
"""From, to, and what happens meanwhile. Together they are the whole time."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One run from `apply` to `seen`."""

    name: str
    seconds: float
    stages: dict[str, float]
    """Seconds by "from->to"; those of a stage that is not in the timeline are in the next one."""
    status: dict[str, Any]

    @property
    def attempt(self) -> int:
        """How many sandboxes were lost before the program started."""
        return int(self.status["sandbox"]["attempt"])


def manifest(
    namespace: str, name: str, *, keep_seconds: int = 0, language: str = "python", code: str = f"{PROGRAM}\n"
) -> dict[str, Any]:
    """`keep_seconds`: how long its Pod stays after the end."""
    return {
        "apiVersion": API_VERSION,
        "kind": "CodeExecution",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"language": language, "code": code, "ttlSecondsAfterFinished": keep_seconds},
    }


def split(timeline: dict[str, str], applied: datetime, seen: datetime) -> dict[str, float]:
    at = {name: datetime.fromisoformat(value) for name, value in timeline.items()}
    at |= {"apply": applied, "seen": seen}
    result, last = {}, applied
    for begin, end, _ in STAGES:
        if end in at:
            result[f"{begin}->{end}"] = (at[end] - last).total_seconds()
            last = at[end]
    return result


class Executions:
    """The CodeExecutions of one namespace, watched. Open it with `async with`."""

    def __init__(self, api: KubeApi, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._ends: dict[str, asyncio.Future[tuple[float, datetime, dict[str, Any]]]] = {}
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        page = await self._api.list(CODEEXECUTIONS, self._namespace, limit=1)
        self._watch = asyncio.create_task(self._listen(page["metadata"]["resourceVersion"]))
        self._watch.add_done_callback(self._broken)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        if self._watch:
            self._watch.cancel()

    async def run(self, name: str, **spec: Any) -> Finished:
        body = manifest(self._namespace, name, **spec)

        async def create() -> None:
            await self._api.create(CODEEXECUTIONS, self._namespace, body, field_manager="bench")

        return await self.finished(name, create)

    async def finished(self, name: str, create: Callable[[], Awaitable[object]]) -> Finished:
        """From just before `create` until the watch shows a verdict. Raises Trouble unless it is the right one."""
        end = self._ends[name] = asyncio.get_running_loop().create_future()
        applied, begin = datetime.now(UTC), time.perf_counter()
        await create()
        try:
            async with asyncio.timeout(PATIENCE):
                at, seen, obj = await end
        except TimeoutError:
            raise Trouble(f"{name} has no verdict after {PATIENCE:.0f} s; is the operator running?") from None
        status = obj["status"]
        if status.get("reason") != "Completed" or status.get("output") != OUTPUT:
            raise Trouble(f"{name} ended as {status.get('reason')}: {status.get('error') or status.get('output')}")
        return Finished(name, at - begin, split(status["timeline"], applied, seen), status)

    async def _listen(self, version: str) -> None:
        events = self._api.watch(
            CODEEXECUTIONS, self._namespace, resource_version=version, timeout_seconds=WATCH_SECONDS
        )
        async with aclosing(events):
            async for event in events:
                at, seen, obj = time.perf_counter(), datetime.now(UTC), event["object"]
                end = self._ends.get(obj["metadata"].get("name", ""))
                if end and not end.done() and ExecutionStatus.model_validate(obj.get("status", {})).finished:
                    end.set_result((at, seen, obj))

    def _broken(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        for end in self._ends.values():
            if not end.done():
                end.set_exception(Trouble(f"the watch ended: {task.exception() or 'by the server'}"))
