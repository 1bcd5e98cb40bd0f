"""Operators started from the shell, with the rights of the installed one, and ended in every way there is."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.kubectl import Kubectl, Object
from tests.harness.surroundings import REPO, SYSTEM
from tests.harness.waiting import until


def own_kubeconfig(kubectl: Kubectl, folder: Path) -> Path:
    """A kubeconfig of the operator's service account: what it may not do in the cluster, it may not do here."""
    ours = json.loads(kubectl.read_now("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    token = kubectl.read_now("-n", SYSTEM, "create", "token", "codeexec", "--duration=6h").strip()
    ours["users"] = [{"name": "operator", "user": {"token": token}}]
    ours["contexts"][0]["context"]["user"] = "operator"
    path = folder / "operator-kubeconfig"
    path.touch(mode=0o600)
    path.write_text(json.dumps(ours), encoding="utf-8")
    return path


@dataclass
class Operator:
    """One process."""

    process: subprocess.Popen[bytes]
    log: Path

    def lines(self) -> list[Object]:
        """Its log, less a last line that is not whole yet."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    async def ready(self) -> None:
        async def look() -> bool:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self._tail()}"
            return any(line["message"] == "operator started" for line in self.lines())

        await until(look, "the operator started")

    async def died(self, within: float = 60.0) -> None:
        """By SIGKILL, at its point."""

        async def look() -> bool:
            return self.process.poll() is not None

        try:
            await until(look, "the operator dead", within)
        except AssertionError as error:
            raise AssertionError(f"{error}: it never came to its point: {self._tail()}") from None
        assert self.process.returncode == -signal.SIGKILL, f"{self.process.returncode}: {self._tail()}"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    async def stop(self) -> int:
        """As the kubelet does it; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, 30)

    def _tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


@dataclass
class Operators:
    """Starts them in a test and lets none outlive it."""

    env: Mapping[str, str]
    images: str
    """As CODEEXEC_IMAGES says them."""
    folder: Path
    started: list[Operator] = field(default_factory=list)

    def start(self, namespace: str, *, at: str = "", hold: Path | None = None, slots: int = 10) -> Operator:
        words = ["--namespace", namespace, "--images", self.images, "--slots", str(slots), "--at", at]
        words += ["--hold", str(hold)] if hold else []
        return self.launch(str(REPO / "tests" / "chaos" / "operator_main.py"), *words)

    def launch(self, *words: str, **env: str) -> Operator:
        """Python with these arguments."""
        log = self.folder / f"operator-{len(self.started)}.log"
        path = os.pathsep.join([str(REPO / "operator"), str(REPO)])
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, *words],
                env={**self.env, "PYTHONPATH": path, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        operator = Operator(process, log)
        self.started.append(operator)
        return operator

    def end(self) -> None:
        for operator in self.started:
            if operator.process.poll() is None:
                operator.kill()
