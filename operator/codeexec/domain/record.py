"""The runner's record of a job (docs/runner-protocol.md), line by line from the attach stream or the container log.

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
"""Most that is kept of one stream of one step: twice the largest outputBytes."""
KEEP_BYTES_OF_ALL = 4 << 20
"""Of all streams and artifacts together; a runner that does what its job says sends less."""
KEEP_CHUNKS = 64
"""Most pieces of a stream with a gap between them; a runner makes two."""
MAX_STEPS = 200
MAX_ARTIFACTS = 100
LINE_BYTES = 65_536
MOST = 2**53
"""Above every true figure, and still exact in JSON."""

NOT_STARTED_CODES = {"no-job": 70, "bad-job": 71, "not-started": 72}
RUNNER_EXIT_CODES = {0, *NOT_STARTED_CODES.values(), 73, 74, 75}
"""With these the runner itself has ended, after its report; with any other it was killed."""

Cause = Literal["exit", "timeout", "cpu", "memory", "processes", "output", "disk"]
Hex = Field(default="", max_length=64, pattern=r"^[0-9a-f]*$")


class End(Model):
    """How a step ended. A reading of -1 is one the kernel does not offer."""

    step: int = Field(ge=0, lt=MAX_STEPS)
    kind: Literal["compile", "run"]
    of: int = Field(ge=0, lt=MAX_STEPS)
    cause: Cause
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
    stdout_sha256: str = Hex
    tokens_sha256: str = Hex

    @property
    def good(self) -> bool:
        return self.cause == "exit" and self.exit_code == 0


class Result(Model):
    """The runner's last line, of the job as a whole."""

    id: str
    steps: int = Field(ge=0, le=MAX_STEPS)
    network: Literal["shut", "open", "unknown", "off"]
    seccomp: bool
    """Whether the system call filter was in force. Where it was not, the runner proved the network shut first."""
    landlock: int = Field(ge=0, le=1000)
    cgroup: Literal["v1", "v2", "none"]
    ends: tuple[End, ...] = Field(default=(), max_length=MAX_STEPS)
    """In the termination message only: as many as fitted."""


class Start(Model):
    """The line before anything of the job is executed."""

    id: str
    at: AwareDatetime


class StepLine(Model):
    step: int = Field(ge=0, lt=MAX_STEPS)
    kind: Literal["compile", "run"]
    of: int = Field(ge=0, lt=MAX_STEPS)
    at: AwareDatetime


class Chunk(Model):
    """A piece of output; `at` is its byte offset in the stream."""

    type: Literal["stdout", "stderr"]
    step: int = Field(ge=0, lt=MAX_STEPS)
    at: int = Field(ge=0, le=MOST)
    data: str


class ArtifactChunk(Model):
    of: int = Field(ge=0, lt=MAX_STEPS)
    path: str = Field(min_length=1, max_length=1024)
    bytes: int = Field(ge=0, le=MOST)
    sha256: str = Field(max_length=64, pattern=r"^[0-9a-f]{64}$")
    at: int = Field(ge=0, le=MOST)
    data: str


class Skipped(Model):
    """A file that matched and was not brought back."""

    of: int = Field(ge=0, lt=MAX_STEPS)
    path: str = Field(min_length=1, max_length=1024)
    why: Literal["too-many", "too-large", "not-regular", "unreadable"]


class RunnerError(Model):
    """The runner's last line when there is no result."""

    code: Literal["no-job", "bad-job", "not-started", "not-isolated", "not-confined", "broken"]
    message: str = Field(default="", max_length=2048)


@dataclass(frozen=True, slots=True)
class Captured:
    """One output stream: chunks by byte offset; what lies between them was dropped."""

    chunks: tuple[tuple[int, bytes], ...] = ()

    @property
    def seen(self) -> int:
        """Bytes the stream is known to have had; the end of its step knows better when there is one."""
        return max((at + len(data) for at, data in self.chunks), default=0)

    @property
    def kept(self) -> bytes:
        """What there is of it, gaps closed up."""
        return b"".join(data for _, data in self.chunks)


@dataclass(frozen=True, slots=True)
class Step:
    kind: Literal["compile", "run"]
    of: int
    started_at: datetime
    stdout: Captured = Captured()
    stderr: Captured = Captured()
    end: End | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An artifact. `data` is whole when it has `size` bytes and the digest says so."""

    of: int
    path: str
    size: int
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Record:
    ready: bool = False
    started_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    files: tuple[File, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    result: Result | None = None
    error: RunnerError | None = None

    @property
    def complete(self) -> bool:
        """Holds everything from the first line of the job to the last."""
        if self.error is not None:
            return True
        return self.result is not None and self.started_at is not None and len(self.ended) == self.result.steps

    @property
    def ended(self) -> list[Step]:
        return [step for step in self.steps if step.end]

    def compilation(self, program: int) -> Step | None:
        return self._find("compile", program)

    def run(self, number: int) -> Step | None:
        return self._find("run", number)

    def _find(self, kind: str, of: int) -> Step | None:
        return next((step for step in self.steps if step.kind == kind and step.of == of), None)


@dataclass(slots=True)
class _Open:
    """A step as far as it has been heard of."""

    line: StepLine
    chunks: dict[str, list[tuple[int, bytearray]]] = field(default_factory=lambda: {"stdout": [], "stderr": []})
    kept: dict[str, int] = field(default_factory=lambda: {"stdout": 0, "stderr": 0})
    end: End | None = None

    def freeze(self) -> Step:
        out, err = (
            Captured(tuple((at, bytes(data)) for at, data in self.chunks[name])) for name in ("stdout", "stderr")
        )
        return Step(self.line.kind, self.line.of, self.line.at, out, err, self.end)


@dataclass(slots=True)
class RecordReader:
    """Feeds on lines, gives the record so far. `execution_uid` guards against another run's record."""

    execution_uid: str
    garbled: int = 0
    _ready: bool = False
    _started_at: datetime | None = None
    _steps: dict[int, _Open] = field(default_factory=dict)
    _files: dict[tuple[int, str], tuple[ArtifactChunk, bytearray]] = field(default_factory=dict)
    _skipped: list[Skipped] = field(default_factory=list)
    _room: int = KEEP_BYTES_OF_ALL
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
            case "step":
                step = StepLine.model_validate(message)
                self._steps.setdefault(step.step, _Open(step))
            case "stdout" | "stderr":
                chunk = Chunk.model_validate(message)
                self._keep(self._steps[chunk.step], chunk.type, chunk.at, base64.b64decode(chunk.data, validate=True))
            case "end":
                self._close(End.model_validate(message))
            case "artifact":
                self._keep_file(ArtifactChunk.model_validate(message))
            case "skipped" if len(self._skipped) < MAX_ARTIFACTS:
                self._skipped.append(Skipped.model_validate(message))
            case _:
                self._take_whole(message)

    def _take_whole(self, message: dict[str, object]) -> None:
        """Lines about the job as a whole."""
        match message["type"]:
            case "start" if message["id"] == self.execution_uid:
                self._started_at = Start.model_validate(message).at
            case "result" if message["id"] == self.execution_uid:
                self._result = Result.model_validate(message)
                for end in self._result.ends:
                    self._close(end)
            case "error":
                self._error = RunnerError.model_validate(message)
            case _:
                self.garbled += 1

    def _close(self, end: End) -> None:
        """The termination message repeats ends; the first that was heard of a step counts."""
        line = StepLine(step=end.step, kind=end.kind, of=end.of, at=end.started_at)
        step = self._steps.setdefault(end.step, _Open(line))
        if step.end is None:
            step.end = end

    def _keep(self, step: _Open, stream: str, at: int, data: bytes) -> None:
        """Pieces that follow each other become one: a program that prints byte by byte makes very many."""
        chunks = step.chunks[stream]
        follows = bool(chunks) and chunks[-1][0] + len(chunks[-1][1]) == at
        too_many = not follows and len(chunks) == KEEP_CHUNKS
        if too_many or step.kept[stream] + len(data) > KEEP_BYTES or len(data) > self._room:
            return
        step.kept[stream] += len(data)
        self._room -= len(data)
        if follows:
            chunks[-1][1].extend(data)
        elif data:
            chunks.append((at, bytearray(data)))

    def _keep_file(self, chunk: ArtifactChunk) -> None:
        key = (chunk.of, chunk.path)
        if key not in self._files and len(self._files) == MAX_ARTIFACTS:
            return
        data = base64.b64decode(chunk.data, validate=True)
        _, kept = self._files.setdefault(key, (chunk, bytearray()))
        if chunk.at == len(kept) and len(data) <= self._room:
            kept.extend(data)
            self._room -= len(data)

    def record(self) -> Record:
        return Record(
            ready=self._ready,
            started_at=self._started_at,
            steps=tuple(self._steps[number].freeze() for number in sorted(self._steps)),
            files=tuple(
                File(chunk.of, chunk.path, chunk.bytes, chunk.sha256, bytes(data))
                for chunk, data in self._files.values()
            ),
            skipped=tuple(self._skipped),
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
