"""How late an event loop is, and how much of that is its own doing."""

import asyncio
import contextlib
from pathlib import Path


class Lateness:
    """How late a timer is at worst, and how late without the time that others had the processor: what the event loop
    itself was held up by. The kernel counts that time for all our threads, for any of them may hold the interpreter's
    lock while it waits for a processor. Seconds."""

    def __init__(self, tick: float) -> None:
        self._tick = tick
        self.worst = self.own = 0.0
        self.ticks = 0

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due, waited = loop.time() + self._tick, _waited()
            await asyncio.sleep(self._tick)
            late = loop.time() - due
            self.worst = max(self.worst, late)
            self.own = max(self.own, late - (_waited() - waited))
            self.ticks += 1


def _waited() -> float:
    waited = 0
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            waited += int((thread / "schedstat").read_text().split()[1])
    return waited / 1e9
