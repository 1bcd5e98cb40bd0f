"""What this process remembers about executions: the newest object of each, and what happened to it here.

None of it survives a restart, and nothing that must hold depends on it.
"""

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from codeexec.domain.checked import Checked
from codeexec.domain.observed import Delivery, Trouble
from codeexec.domain.reader import RecordReader
from codeexec.domain.record import Record
from codeexec.kube.resources import version_of

PolicyVersion = tuple[str, int]
"""`EffectivePolicy.version`."""


class RunKey(NamedTuple):
    """The uid is part of it: an object made again under the same name is another run."""

    namespace: str
    name: str
    uid: str

    @classmethod
    def of(cls, obj: dict[str, Any]) -> "RunKey":
        meta = obj["metadata"]
        return cls(meta["namespace"], meta["name"], meta["uid"])


@dataclass(slots=True)
class Run:
    """One execution, as seen from here."""

    key: RunKey
    accepted: datetime
    obj: dict[str, Any]
    delivery: Delivery = Delivery()
    reader: RecordReader | None = None
    log: Record | None = None
    trouble: Trouble | None = None
    stages: dict[str, datetime] = field(default_factory=dict)
    deleting: set[str] = field(default_factory=set)
    session: asyncio.Task[None] | None = None
    checks: asyncio.Task[None] | None = None
    checked: Checked | None = None
    checked_by: PolicyVersion | None = None
    """The policy that `checks` asks, or `checked` is an answer of."""
    sandbox: str = ""
    """uid of the Pod that delivery, reader, log and stages are about."""

    @property
    def record(self) -> Record | None:
        """The log once it is read, unless the stream said more: a log can be lost, or lose its end."""
        streamed = self.reader.record() if self.reader else None
        if streamed is None or self.log is None:
            return streamed or self.log
        if streamed.complete or (streamed.started_at and not (self.log.started_at or self.log.result)):
            return streamed
        said_something = self.log.ready or self.log.started_at or self.log.result or self.log.error
        return self.log if said_something else streamed

    def turn_to(self, sandbox: str) -> None:
        """What is known about one sandbox says nothing about the next."""
        if sandbox != self.sandbox:
            self.hang_up()
            self.sandbox, self.delivery, self.stages = sandbox, Delivery(), {}
            self.reader = self.log = None

    def note(self, **changes: object) -> None:
        """Changes what is known about the delivery."""
        self.delivery = replace(self.delivery, **changes)  # type: ignore[arg-type]

    def reach(self, stage: str, at: datetime) -> None:
        """The first time counts."""
        self.stages.setdefault(stage, at)

    def begin(self, session: Coroutine[None, None, None]) -> None:
        self.note(active=True)
        self.session = asyncio.create_task(session, name=f"deliver {self.key.uid}")

    def begin_check(self, policy: PolicyVersion, check: Coroutine[None, None, None]) -> None:
        """The answer of another policy is of no use any more."""
        self.leave_check()
        self.checked, self.checked_by = None, policy
        self.checks = asyncio.create_task(check, name=f"check {self.key.uid}")

    def end_check(self, checked: Checked) -> None:
        self.checked, self.checks = checked, None

    def leave_check(self) -> None:
        if self.checks:
            self.checks.cancel()
        self.checks = None

    def hang_up(self) -> None:
        """Ends the stream. The sandbox is none of its business."""
        if self.session:
            self.session.cancel()
        self.session = None


class Runs:
    """All executions that are not finished and cleaned up."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._retired: dict[str, int] = {}
        """uid -> the version up to which nothing about it is news: watches lag behind our own writes."""

    def __len__(self) -> int:
        return len(self._runs)

    def get(self, key: RunKey) -> Run | None:
        return self._runs.get(key.uid)

    def by_uid(self, uid: str) -> Run | None:
        return self._runs.get(uid)

    def observe(self, obj: dict[str, Any], now: datetime) -> RunKey | None:
        """Takes an object that is newer than the one known. None when it is old news."""
        key, version = RunKey.of(obj), version_of(obj)
        run = self._runs.get(key.uid)
        if version <= (version_of(run.obj) if run else self._retired.get(key.uid, 0)):
            return None
        if run:
            run.obj = obj
        else:
            self._retired.pop(key.uid, None)
            self._runs[key.uid] = Run(key, accepted=now, obj=obj)
        return key

    def is_retired(self, key: RunKey) -> bool:
        return key.uid in self._retired

    def retire(self, key: RunKey) -> None:
        """There is nothing left to do for it, unless it changes."""
        if run := self.drop(key):
            self._retired[key.uid] = version_of(run.obj)

    def bury(self, key: RunKey) -> None:
        """It is gone, though its watch may still speak of it."""
        self.drop(key)
        self._retired[key.uid] = sys.maxsize

    def drop(self, key: RunKey) -> Run | None:
        """Its deletion was heard of: no more will be."""
        self._retired.pop(key.uid, None)
        run = self._runs.pop(key.uid, None)
        if run:
            run.hang_up()
            run.leave_check()
        return run
