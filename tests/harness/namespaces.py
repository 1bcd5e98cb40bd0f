"""One namespace of a test: programs go in, runs come out."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.harness.kubectl import Kubectl, Object
from tests.harness.runs import Run, python
from tests.harness.waiting import PATIENCE, until

SANDBOXES = "codeexec.dev/sandbox=true"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
TEST = "codeexec.dev/test"
OF_TESTS = {TEST: f"by-{os.getpid()}"}
"""Labels of what tests make: with the process that will clean up, for others may be at it on the same cluster."""
STANDING = "codeexec-sandbox-deny-all"
"""Name of the NetworkPolicy that isolates the sandboxes of a namespace."""


APPLY_SECONDS = 300.0
"""The first of many objects are at work before the last has been taken."""


def left_behind(label: str) -> bool:
    """Whether the process that should have cleaned up is gone."""
    return not Path("/proc", label.removeprefix("by-")).exists()


def manifest(name: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {**RESTRICTED, **OF_TESTS}},
    }


def allow_all(name: str) -> Object:
    """A NetworkPolicy that isolates nothing."""
    everything = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": everything,
    }


@dataclass(frozen=True)
class Namespace:
    name: str
    kubectl: Kubectl

    async def apply(self, *objects: Object, server_side: bool = False) -> None:
        words = ["--server-side"] if server_side else []
        some = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        await self.kubectl.read("apply", *words, "-f", "-", stdin=some, seconds=APPLY_SECONDS)

    async def start(self, code: str, *, name: str = "", **spec: object) -> Run:
        """Applies it and comes back at once."""
        return Run(await self.kubectl.json("apply", "-f", "-", stdin=python(code, name=name, **spec)))

    async def run(self, code: str, *, name: str = "", within: float = PATIENCE, **spec: object) -> Run:
        """Applies it and waits for its verdict."""
        return await self.finished(await self.start(code, name=name, **spec), within)

    async def finished(self, run: Run | str, within: float = PATIENCE) -> Run:
        """With any verdict."""
        name = run if isinstance(run, str) else run.name

        async def look() -> Run | None:
            await self.kubectl.ask("wait", f"cx/{name}", "--for=condition=Reconciling=False", "--timeout=5s")
            now = await self.get(name)
            return now if now.finished else None

        try:
            return await until(look, f"the verdict of {name}", within, every=0.05)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {await self.get(name)}") from None

    async def reached(self, run: Run | str, phase: str) -> Run:
        """In this phase, or past it."""
        name = run if isinstance(run, str) else run.name

        async def look() -> Run | None:
            now = await self.get(name)
            return now if now.phase == phase or now.finished else None

        now = await until(look, f"{name} in phase {phase}")
        assert now.phase == phase, f"it was over before: {now}"
        return now

    async def get(self, name: str) -> Run:
        found = await self.kubectl.find("cx", name)
        assert found is not None, f"{name} is gone"
        return Run(found)

    async def sandboxes(self) -> list[Object]:
        return await self.kubectl.items("pods", SANDBOXES)

    async def sandbox_of(self, run: Run) -> Object | None:
        return next((p for p in await self.sandboxes() if p["metadata"]["name"].startswith(f"cx-{run.uid}-")), None)

    async def swept(self, within: float = PATIENCE) -> None:
        """No sandbox is left."""

        async def look() -> bool:
            return not await self.sandboxes()

        await until(look, f"no sandbox left in {self.name}", within)
