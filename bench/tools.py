"""kubectl and its friends: found, run to the end, never through a shell."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
PATIENCE = 120.0
"""Seconds after which a program that was started is given up."""


class Trouble(Exception):  # noqa: N818 (what the user has, not what the program did)
    """Something the user can act on; shown without a traceback."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs with the environment of the development cluster, or of the cluster that KUBECONFIG names."""

    env: dict[str, str]

    @classmethod
    def find(cls) -> "Tools":
        """A KUBECONFIG of the user's own wins; all else (PATH, the engine) is what `make env` says, if it can."""
        make = 'eval "$(make -s --no-print-directory -C "$0" env 2>/dev/null)"; exec env -0'
        done = subprocess.run(["/bin/sh", "-c", make, str(REPO)], capture_output=True, check=True)  # noqa: S603
        env = dict(pair.split("=", 1) for pair in done.stdout.decode().split("\0") if "=" in pair)
        if "KUBECONFIG" in os.environ:
            env["KUBECONFIG"] = os.environ["KUBECONFIG"]
        return cls(env)

    @property
    def kubeconfig(self) -> str | None:
        return self.env.get("KUBECONFIG")

    async def ask(
        self, *words: str, stdin: str = "", on_output: Callable[[], None] | None = None
    ) -> tuple[int, str, str]:
        """Exit code, stdout, stderr. 127 when there is no such program, 124 when it takes too long.

        `on_output` is told when the first line is there, if one comes.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                *words,
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.env,
            )
        except FileNotFoundError:
            return 127, "", f"there is no program `{words[0]}` in PATH"
        try:
            async with asyncio.timeout(PATIENCE):
                first = b""
                if on_output and child.stdout:
                    first = await child.stdout.readline()
                    if first:
                        on_output()
                out, err = await child.communicate(stdin.encode() or None)
        except TimeoutError:
            return 124, "", f"no end within {PATIENCE:.0f} s"
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return child.returncode or 0, (first + out).decode(errors="replace"), err.decode(errors="replace")

    async def read(self, *words: str, stdin: str = "", on_output: Callable[[], None] | None = None) -> str:
        """What it says on stdout; raises Trouble when it ends badly."""
        code, out, err = await self.ask(*words, stdin=stdin, on_output=on_output)
        if code:
            raise Trouble(f"`{' '.join(words[:6])}` ended with {code}: {(err or out).strip()[-800:]}")
        return out
