"""Reads the runner's record (docs/runner-protocol.md), line by line from the attach stream or the container log.

Everything here came out of a sandbox. A line that does not parse is counted and dropped; nothing raises, and memory
is bounded whatever arrives.
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from codeexec.domain.record import (
    RUNNER_EXIT_CODES,
    ArtifactChunk,
    Captured,
    Chunk,
    End,
    File,
    Record,
    Result,
    RunnerError,
    Skipped,
    Start,
    Step,
    StepLine,
)
from codeexec.models.status import MAX_ARTIFACTS

KEEP_BYTES = 262_144
"""Most that is kept of one stream of one step: twice the largest outputBytes."""
KEEP_BYTES_OF_ALL = 4 << 20
"""Of all streams and artifacts together; a runner that does what its job says sends less."""
KEEP_CHUNKS = 64
"""Most pieces of a stream with a gap between them; a runner makes two."""
LINE_BYTES = 65_536


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
