"""One worker process as the pool sees it: started, handed one request at a time, killed when it does not answer.

Nothing in here waits: the event loop's callbacks move it on. What a worker sends is bounded and not believed.
"""

import asyncio
import contextlib
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from codeexec.validation.child import STDERR, Child, launch
from codeexec.validation.frames import BadFrame, Frame, Kind, Request, Splitter, pack, pack_request
from codeexec.validation.outcomes import Cause, Failed, TooComplex, Unanswered, Unavailable
from codeexec.validation.recent import Recent
from codeexec.validation.settings import MIB, Settings
from codeexec.validation.worker import OUT_OF_MEMORY, Terms

log = logging.getLogger(__name__)

STDERR_BYTES = 4096
"""Kept of what a worker writes to stderr during one request; beyond it nothing is read, and the worker stands still."""


LOOK_SECONDS = 0.05
"""Between two looks at a worker that has too little of the processor."""


class PolicyKey(NamedTuple):
    """One generation of one policy: whoever has it has the same policy."""

    uid: str
    generation: int

    def encoded(self) -> bytes:
        return f"{self.uid}/{self.generation}".encode()


@dataclass(eq=False, slots=True)
class Job:
    """A request on its way. `settle` is called exactly once, by whoever has it at the end."""

    key: PolicyKey
    policy: bytes
    request: bytes
    settle: "Callable[[Job, bytes | Unanswered], None]"
    handed_over: float = field(default=0.0)
    """Loop time."""


class Worker:
    """`free` is called when it can take a job: once it is ready, and after each answer."""

    def __init__(self, settings: Settings, free: "Callable[[Worker], None]") -> None:
        self._settings = settings
        self._free = free
        self._loop = asyncio.get_running_loop()
        self._splitter = Splitter(settings.answer_bytes)
        self._known: Recent[PolicyKey, bool] = Recent(settings.policies)
        self._child: Child | None = None
        self._pid = 0
        self._timer: asyncio.TimerHandle | None = None
        self._job: Job | None = None
        self._number = 0
        self._began = 0.0
        """Processor time that it had before the job."""
        self._stderr = bytearray()
        self.handled = 0
        self.ready = False
        self.ended = asyncio.Event()

    async def start(self) -> None:
        """Returns before it is ready. Raises OSError."""
        s = self._settings
        terms = Terms(
            handler=s.handler,
            import_from=s.import_from,
            soft_seconds=s.soft_seconds,
            hard_seconds=s.hard_seconds,
            starved_seconds=s.starved_seconds,
            memory_bytes=s.memory_bytes,
            request_bytes=s.request_bytes,
            answer_bytes=s.answer_bytes,
            policies=s.policies,
        )
        command = (sys.executable, "-I", "-m", "codeexec.validation.worker", json.dumps(terms._asdict()))
        self._child = Child(await launch(command), self._heard, self._ended)
        self._pid = self._child.pid
        self._timer = self._loop.call_later(s.start_seconds, self.end)
        await self._child.connect()

    @property
    def said(self) -> str:
        """The beginning of what it wrote to stderr since the last hand-over."""
        return self._stderr.decode("utf-8", "replace").strip()

    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def worn(self) -> bool:
        """Whether it is time for another one: many requests, or grown and not shrunk again."""
        if self.handled >= self._settings.requests:
            return True
        with contextlib.suppress(OSError, IndexError, ValueError):
            pages = int(Path(f"/proc/{self._pid}/statm").read_bytes().split()[1])
            return pages * resource.getpagesize() > self._settings.resident_bytes
        return False

    def hand_over(self, job: Job) -> None:
        """Only to one that is free."""
        self._drop_stderr()
        self._job = job
        self.handled += 1
        self._number = int.from_bytes(os.urandom(8), "big")
        policy = None if self._known.get(job.key) else job.policy
        self._known.put(job.key, True)  # noqa: FBT003  # a set with an order
        body = pack_request(Request(job.key.encoded(), policy, job.request))
        job.handed_over = self._loop.time()
        self._began = look_at(self._pid).seconds
        self._timer = self._loop.call_later(self._settings.hard_seconds, self._overdue)
        if self._child:
            self._child.write(pack(Kind.REQUEST, self._number, body))

    def end(self) -> None:
        """Kills it and all it has started. Whoever waits for its answer hears of it when it is dead."""
        if self._child:
            self._child.kill()

    def abandon(self) -> None:
        """The pool closes: ends it, and nobody is to blame."""
        self._settle(Unavailable("the operator is shutting down"))
        self.end()

    def _heard(self, descriptor: int, data: bytes) -> None:
        if descriptor == STDERR:
            self._note(data)
            return
        try:
            frames = self._splitter.feed(data)
            if len(frames) > 1 or (frames and self._splitter.rest):
                raise BadFrame("more than an answer")
            for frame in frames:
                self._received(frame)
        except BadFrame as problem:
            log.warning("validator worker %d answered nonsense (%s) and is replaced", self._pid, problem)
            self._settle(Failed(f"the validator's worker answered nonsense: {problem}"))
            self.end()

    def _ended(self, code: int) -> None:
        if self._job:
            log.info("validator worker %d %s at work", self._pid, _ending(code))
        self._settle(_death(code, self._settings))
        self.ended.set()
        self._drop_stderr(keep=not self.ready)

    def _received(self, frame: Frame) -> None:
        if frame.kind is Kind.READY and not self.ready and frame.number == 0:
            self.ready = True
            self._stop_timer()
            self._free(self)
            return
        if self._job is None or frame.number != self._number:
            raise BadFrame("an answer that nobody asked for")
        if frame.kind is Kind.ANSWER:
            self._settle(frame.body)
        elif frame.kind is Kind.TOO_COMPLEX:
            cause, _, why = frame.body.decode("utf-8", "replace").partition(" ")
            self._settle(TooComplex(Cause.DEPTH if cause == Cause.DEPTH else Cause.TIME, why))
        elif frame.kind is Kind.FAILED:
            self._settle(Failed(frame.body.decode("utf-8", "replace")))
        else:
            raise BadFrame(f"{frame.kind.name} from a worker at work")
        self._free(self)

    def _overdue(self) -> None:
        """A program is too complex when it has had its processor time; on a busy machine that takes longer."""
        if self._job is None:
            return
        now, waited = look_at(self._pid), self._loop.time() - self._job.handed_over
        missing = self._settings.soft_seconds - (now.seconds - self._began)
        starved = missing > 0 and now.wants_processor
        if starved and waited < self._settings.starved_seconds:
            self._timer = self._loop.call_later(LOOK_SECONDS, self._overdue)
            return
        log.info("validator worker %d had no answer after %.1f s and is killed", self._pid, waited)
        why = f"not checked after {waited:.1f} s"
        self._settle(Unavailable(f"{why}: the machine is too busy") if starved else TooComplex(Cause.TIME, why))
        self.end()

    def _settle(self, outcome: bytes | Unanswered) -> None:
        self._stop_timer()
        if job := self._job:
            self._job = None
            job.settle(job, outcome)

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _note(self, data: bytes) -> None:
        self._stderr += data[: STDERR_BYTES - len(self._stderr)]
        if len(self._stderr) >= STDERR_BYTES and self._child:
            self._child.hear(STDERR, on=False)

    def _drop_stderr(self, *, keep: bool = False) -> None:
        if not self._stderr:
            return
        log.debug("validator worker %d wrote: %s", self._pid, self.said)
        if len(self._stderr) >= STDERR_BYTES and self._child and not self.ended.is_set():
            self._child.hear(STDERR, on=True)
        if not keep:
            self._stderr.clear()


class Look(NamedTuple):
    wants_processor: bool
    """Or waits for the disk; not for anything that could be a program's doing."""
    seconds: float
    """Of processor time that it had so far."""


def look_at(pid: int) -> Look:
    """From outside, at a whole process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return Look(wants_processor=False, seconds=0.0)
    return Look(fields[0] in (b"R", b"D"), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))


def _death(code: int, settings: Settings) -> Unanswered:
    if code == OUT_OF_MEMORY:
        return TooComplex(Cause.MEMORY, f"checking it takes more than {settings.memory_bytes // MIB} MiB")
    if code < 0:
        return TooComplex(Cause.CRASH, f"the validator's worker {_ending(code)}")
    return Failed(f"the validator's worker {_ending(code)}")


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"
