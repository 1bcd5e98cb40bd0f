"""kubectl, as a user has it: what the tests do and see goes through it."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tests.harness.waiting import PATIENCE, until

Object = dict[str, Any]

_LINE_BYTES = 16 << 20
_COLLECTIONS = {
    "cx": "/apis/codeexec.dev/v1alpha1/namespaces/{}/codeexecutions",
    "pods": "/api/v1/namespaces/{}/pods",
}
_UNREACHABLE = ("connection refused", "was refused", "unable to connect", "connection reset", "TLS handshake", "EOF")


class Answer(NamedTuple):
    code: int
    out: str
    err: str


class KubectlError(Exception):
    """It ended badly; the text is what it said."""


@dataclass(frozen=True)
class Kubectl:
    env: Mapping[str, str] = field(repr=False)
    namespace: str = ""

    def within(self, namespace: str) -> "Kubectl":
        return replace(self, namespace=namespace)

    def ask_now(self, *words: str, stdin: str | Object | None = None, seconds: float = PATIENCE) -> Answer:
        """For fixtures, which need not be async."""
        if isinstance(stdin, dict):
            stdin = json.dumps(stdin, ensure_ascii=False)
        done = subprocess.run(  # noqa: S603
            self._words(words),
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=self.env,
            timeout=seconds,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    async def ask(self, *words: str, stdin: str | Object | None = None, seconds: float = PATIENCE) -> Answer:
        return await asyncio.to_thread(self.ask_now, *words, stdin=stdin, seconds=seconds)

    def read_now(self, *words: str, stdin: str | Object | None = None, seconds: float = PATIENCE) -> str:
        answer = self.ask_now(*words, stdin=stdin, seconds=seconds)
        if answer.code:
            raise KubectlError(f"kubectl {' '.join(words)}: {answer.err or answer.out}")
        return answer.out

    async def read(self, *words: str, stdin: str | Object | None = None, seconds: float = PATIENCE) -> str:
        return await asyncio.to_thread(self.read_now, *words, stdin=stdin, seconds=seconds)

    async def json(self, *words: str, stdin: str | Object | None = None) -> Object:
        """Of a command that prints an object; its output is asked for here."""
        result: Object = json.loads(await self.read(*words, "-o", "json", stdin=stdin))
        return result

    async def find(self, kind: str, name: str) -> Object | None:
        """None when it is not there. Waits for an API server that is away."""

        async def look() -> Object | None:
            answer = await self.ask("get", kind, name, "-o", "json", "--ignore-not-found", "--request-timeout=10s")
            if answer.code and any(word in answer.err for word in _UNREACHABLE):
                return None
            if answer.code:
                raise KubectlError(answer.err)
            return {"found": json.loads(answer.out) if answer.out.strip() else None}

        return (await until(look, "an answer of the API server"))["found"]

    async def items(self, kind: str, selector: str = "") -> list[Object]:
        found: list[Object] = (await self.json("get", kind, *(["-l", selector] if selector else [])))["items"]
        return found

    @asynccontextmanager
    async def watching(self, kind: str, query: str = "") -> AsyncIterator["Watch"]:
        """Every event of this kind from now on; nothing is missed between this line and the next."""
        path = f"{_COLLECTIONS[kind].format(self.namespace)}?{query}"
        version = json.loads(await self.read("get", "--raw", f"{path}&limit=1"))["metadata"]["resourceVersion"]
        process = await asyncio.create_subprocess_exec(
            *self._words(("get", "--raw", f"{path}&watch=1&resourceVersion={version}")),
            env=self.env,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
        )
        assert process.stdout
        watch = Watch()
        reader = asyncio.create_task(watch.read(process.stdout))
        try:
            yield watch
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await reader
            await process.wait()

    def _words(self, words: tuple[str, ...]) -> list[str]:
        return ["kubectl", *(["-n", self.namespace] if self.namespace else []), *words]


class Watch:
    """The events of one watch, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Object]] = []

    async def read(self, stdout: asyncio.StreamReader) -> None:
        while line := await stdout.readline():
            event = json.loads(line)
            self.events.append((event["type"], event["object"]))

    def objects(self) -> list[Object]:
        return [obj for _, obj in self.events]
