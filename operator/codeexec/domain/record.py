"""A runner's record of a job (docs/runner-protocol.md): its lines, and what they come to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field

from codeexec.models.base import Model

MAX_STEPS = 200
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
