"""The runner's record of a run (docs/runner-protocol.md), line by line from the attach stream or the container log.

Everything here came out of a sandbox. A line that does not parse is counted and dropped; nothing raises, and memory
is bounded whatever arrives.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import orjson
from pydantic import AwareDatetime, Field

from codeexec.models.base import Model

KEEP_BYTES = 262_144
"""Most that is kept of one stream, whatever the runner sends: twice the largest outputBytes."""
KEEP_CHUNKS = 64
"""Most pieces with a gap between them; a runner makes two."""
LINE_BYTES = 65_536
MOST = 2**53
"""Above every true figure, and still exact in JSON."""

NOT_STARTED_CODES = {"no-job": 70, "bad-job": 71, "not-started": 72}
RUNNER_EXIT_CODES = {0, *NOT_STARTED_CODES.values(), 73}
"""With these the runner itself has ended, after its report; with any other it was killed."""


class Result(Model):
    """The runner's last line. A reading of -1 is one the kernel does not offer."""

    id: str
    cause: Literal["exit", "timeout", "memory"]
    exit_code: int = Field(ge=0, le=255)
    signal: str = Field(default="", max_length=16, pattern=r"^[A-Z0-9+]*$")
    started_at: AwareDatetime
    finished_at: AwareDatetime
    wall_ms: float = Field(ge=0, le=MOST)
    cpu_ms: float = Field(default=-1, le=MOST)
    peak_memory_bytes: int = Field(default=-1, le=MOST)
    peak_processes: int = Field(default=-1, le=MOST)
    stdout_bytes: int = Field(ge=0, le=MOST)
    stderr_bytes: int = Field(ge=0, le=MOST)
    network: Literal["shut", "open", "unknown", "off"]
    seccomp: bool
    """Whether the system call filter was in force. Where it was not, the runner proved the network shut first."""


class Start(Model):
    """The line before the program is started."""

    id: str
    at: AwareDatetime


class Chunk(Model):
    """A piece of output; `at` is its byte offset in the stream."""

    type: Literal["stdout", "stderr"]
    at: int = Field(ge=0, le=MOST)
    data: str


class RunnerError(Model):
    """The runner's last line when there is no result."""

    code: Literal["no-job", "bad-job", "not-started", "not-isolated"]
    message: str = Field(default="", max_length=2048)


@dataclass(frozen=True, slots=True)
class Captured:
    """One output stream: chunks by byte offset; what lies between them was dropped."""

    chunks: tuple[tuple[int, bytes], ...] = ()

    @property
    def seen(self) -> int:
        """Bytes the stream is known to have had; the result knows better when there is one."""
        return max((at + len(data) for at, data in self.chunks), default=0)


@dataclass(frozen=True, slots=True)
class Record:
    ready: bool = False
    started_at: datetime | None = None
    stdout: Captured = Captured()
    stderr: Captured = Captured()
    result: Result | None = None
    error: RunnerError | None = None

    @property
    def complete(self) -> bool:
        """Holds everything from the first line of the run to the last."""
        return self.error is not None or (self.result is not None and self.started_at is not None)


@dataclass(slots=True)
class RecordReader:
    """Feeds on lines, gives the record so far. `execution_uid` guards against another run's record."""

    execution_uid: str
    garbled: int = 0
    _ready: bool = False
    _started_at: datetime | None = None
    _chunks: dict[str, list[tuple[int, bytearray]]] = field(default_factory=lambda: {"stdout": [], "stderr": []})
    _kept: dict[str, int] = field(default_factory=lambda: {"stdout": 0, "stderr": 0})
    _result: Result | None = None
    _error: RunnerError | None = None

    @property
    def ended(self) -> bool:
        return self._result is not None or self._error is not None

    def feed(self, line: bytes) -> None:
        if self.ended or not line.strip():
            return
        try:
            if len(line) > LINE_BYTES:
                raise ValueError(f"a line of {len(line)} bytes")
            self._take(orjson.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError):  # of orjson, base64 and pydantic too
            self.garbled += 1

    def _take(self, message: dict[str, object]) -> None:
        match message["type"]:
            case "ready":
                self._ready = True
            case "start" if message["id"] == self.execution_uid:
                self._started_at = Start.model_validate(message).at
            case "stdout" | "stderr":
                chunk = Chunk.model_validate(message)
                self._keep(chunk.type, chunk.at, base64.b64decode(chunk.data, validate=True))
            case "result" if message["id"] == self.execution_uid:
                self._result = Result.model_validate(message)
            case "error":
                self._error = RunnerError.model_validate(message)
            case _:
                self.garbled += 1

    def _keep(self, stream: str, at: int, data: bytes) -> None:
        """Pieces that follow each other become one: a program that prints byte by byte makes very many."""
        chunks = self._chunks[stream]
        follows = bool(chunks) and chunks[-1][0] + len(chunks[-1][1]) == at
        if self._kept[stream] + len(data) > KEEP_BYTES or (not follows and len(chunks) == KEEP_CHUNKS):
            return
        self._kept[stream] += len(data)
        if follows:
            chunks[-1][1].extend(data)
        elif data:
            chunks.append((at, bytearray(data)))

    def _captured(self, stream: str) -> Captured:
        return Captured(tuple((at, bytes(data)) for at, data in self._chunks[stream]))

    def record(self) -> Record:
        return Record(
            ready=self._ready,
            started_at=self._started_at,
            stdout=self._captured("stdout"),
            stderr=self._captured("stderr"),
            result=self._result,
            error=self._error,
        )


def read_log(execution_uid: str, log: bytes, exit_code: int | None = None, termination_message: str = "") -> Record:
    """The record out of a container log. The termination message fills in a last line that is missing there, when the
    exit code says that it is the runner's: user code can write that file, but cannot make the runner exit."""
    reader = RecordReader(execution_uid)
    for line in log.splitlines():
        reader.feed(line)
    if exit_code in RUNNER_EXIT_CODES:
        reader.feed(termination_message.encode())
    return reader.record()
