"""Who checks programs: a few worker processes, a queue in order of arrival, and answers that are remembered.

A program can make its check hang, crash or eat all memory; here that costs one worker and is an outcome like any other.
The pool never answers by itself and never asks twice: what it has no answer to is rejected or, if nobody looked at it,
asked again later by the caller.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from types import TracebackType

from codeexec.validation.outcomes import Cause, Failed, TooComplex, Unanswered, Unavailable
from codeexec.validation.process import Job, PolicyKey, Worker
from codeexec.validation.recent import Recent
from codeexec.validation.settings import Settings

log = logging.getLogger(__name__)

BACKOFF_FIRST = 0.1
BACKOFF_MOST = 10.0
"""Seconds between attempts to start a worker that does not get ready."""

OVERHEAD_BYTES = 64
"""Of a request's frame, and some."""

Digest = bytes
DEFAULTS = Settings()


@dataclass(slots=True)
class Figures:
    """Counted since the pool was made, for metrics."""

    answered: int = 0
    remembered: int = 0
    """Answered without a worker."""
    too_complex: int = 0
    failed: int = 0
    unavailable: int = 0
    workers_started: int = 0
    workers_unready: int = 0
    """Started and never got ready."""
    longest_seconds: float = 0.0
    """From hand-over to outcome, by the event loop's clock."""


class ValidatorPool:
    """`async with ValidatorPool(2) as pool: await pool.check(request, key=key, policy=policy)`."""

    def __init__(self, workers: int, settings: Settings = DEFAULTS) -> None:
        self._size = workers
        self._settings = settings
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._waiting: dict[Job, None] = {}
        """In order of arrival. Empty whenever somebody is idle."""
        self._answers: Recent[tuple[Digest, PolicyKey], bytes] = Recent(
            settings.cached_answers, settings.cached_bytes, len
        )
        self._keepers: list[asyncio.Task[None]] = []
        self._closing = asyncio.Event()
        self.figures = Figures()

    async def __aenter__(self) -> "ValidatorPool":
        self._keepers = [asyncio.create_task(self._keep(), name=f"validator-{n}") for n in range(self._size)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whoever still waits gets Unavailable; no process is left."""
        self._closing.set()
        self._turn_away("the operator is shutting down")
        for worker in list(self._workers):
            worker.abandon()
        await asyncio.gather(*self._keepers)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def idle(self) -> int:
        return len(self._idle)

    async def check(self, request: bytes, *, key: PolicyKey, policy: bytes) -> bytes:
        """The handler's answer. Raises TooComplex, Failed or Unavailable.

        `policy` is sent to a worker that has not seen `key`; the same key must always come with the same policy.
        A caller that is cancelled gives up its place in the queue. Had a worker begun already, it goes on to its answer
        or its limit before it is given anything else: that costs less than a new worker.
        """
        digest = hashlib.sha256(request).digest()
        if (known := self._answers.get((digest, key))) is not None:
            self.figures.remembered += 1
            return known
        if self._closing.is_set():
            raise self._counted(Unavailable("the operator is shutting down"))
        if len(request) + len(policy) + len(key.encoded()) + OVERHEAD_BYTES > self._settings.request_bytes:
            raise self._counted(TooComplex(Cause.SIZE, f"{len(request):,} bytes are too many to check at once"))
        if len(self._waiting) >= self._settings.waiting:
            raise self._counted(Unavailable(f"{len(self._waiting)} programs wait to be checked"))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()

        def settle(job: Job, outcome: bytes | Unanswered) -> None:
            if job.handed_over:
                self.figures.longest_seconds = max(self.figures.longest_seconds, loop.time() - job.handed_over)
            if isinstance(outcome, bytes):
                self.figures.answered += 1
                self._answers.put((digest, key), outcome)
                if not answer.done():
                    answer.set_result(outcome)
                return
            self._counted(outcome)
            if not answer.done():
                answer.set_exception(outcome)
                answer.exception()  # a caller that is cancelled right now will not ask for it

        job = Job(key, policy, request, settle)
        self._waiting[job] = None
        self._dispatch()
        timer = loop.call_later(self._settings.wait_seconds, self._waited_long, job)
        try:
            return await answer
        finally:
            timer.cancel()
            self._waiting.pop(job, None)

    def _dispatch(self) -> None:
        while self._idle and self._waiting:
            worker = self._idle.pop()  # the one used last has the most in its caches
            if worker.alive():
                job = next(iter(self._waiting))
                del self._waiting[job]
                worker.hand_over(job)
            # else its keeper is about to hear of it

    def _freed(self, worker: Worker) -> None:
        if self._closing.is_set() or worker.worn():
            worker.end()
        else:
            self._idle.append(worker)
            self._dispatch()

    async def _keep(self) -> None:
        """Sees to it that there is one more worker, until the pool closes."""
        failures = 0
        while not self._closing.is_set():
            worker = Worker(self._settings, self._freed)
            problem = await self._life(worker)
            if worker.ready or self._closing.is_set():
                failures = 0
                continue
            failures += 1
            self.figures.workers_unready += 1
            log.error("a validator worker does not start: %s", problem)
            if not any(other.ready for other in self._workers):
                self._turn_away("the validator cannot start; the operator's log says why")
            pause = min(BACKOFF_FIRST * 2 ** (failures - 1), BACKOFF_MOST)
            try:
                await asyncio.wait_for(self._closing.wait(), pause)
            except TimeoutError:
                continue

    async def _life(self, worker: Worker) -> str:
        """From start to end of one worker; returns its last words."""
        self._workers.add(worker)
        self.figures.workers_started += 1
        try:
            await worker.start()
            if self._closing.is_set():
                worker.end()
            await worker.ended.wait()
        except OSError as problem:
            return str(problem)
        finally:
            self._workers.discard(worker)
            if worker in self._idle:
                self._idle.remove(worker)
        return worker.said or "it said nothing"

    def _turn_away(self, why: str) -> None:
        for job in list(self._waiting):
            del self._waiting[job]
            job.settle(job, Unavailable(why))

    def _waited_long(self, job: Job) -> None:
        if job in self._waiting:
            del self._waiting[job]
            job.settle(job, Unavailable(f"not checked within {self._settings.wait_seconds:g} s; others came first"))

    def _counted(self, outcome: Unanswered) -> Unanswered:
        if isinstance(outcome, TooComplex):
            self.figures.too_complex += 1
        elif isinstance(outcome, Failed):
            self.figures.failed += 1
        else:
            self.figures.unavailable += 1
        return outcome
