"""Every language cold, beside the same steps without us: the same image, limits, volumes and node, no runner."""

import json
import re
import shlex
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bench.baselines import comparable
from bench.executions import Executions
from bench.hello import OUTPUT, PROGRAMS, Hello
from bench.tools import Tools, Trouble
from codeexec.domain.job import job
from codeexec.domain.languages import TOOLCHAINS
from codeexec.domain.policy import BUILT_IN, effective, effective_limits
from codeexec.kube.api import KubeApi
from codeexec.kube.resources import PODS
from codeexec.models.execution import CodeExecution, Metadata
from codeexec.models.spec import ExecutionSpec

KEEP_SECONDS = 3600
_CLOCK = "$(date +%s%N)"


@dataclass(slots=True)
class Samples:
    """Seconds, one of each per round. `overhead`: the run's time as the runner has it, less the native one."""

    total: list[float] = field(default_factory=list)
    compile: list[float] = field(default_factory=list)
    run: list[float] = field(default_factory=list)
    native_compile: list[float] = field(default_factory=list)
    native_run: list[float] = field(default_factory=list)

    @property
    def overhead(self) -> list[float]:
        return [ours - native for ours, native in zip(self.run, self.native_run, strict=True)]


class Languages:
    """Rounds over all languages, so that a machine that is slow for a while is slow for all."""

    def __init__(self, tools: Tools, api: KubeApi, namespace: str, executions: Executions) -> None:
        self._tools, self._api, self._namespace = tools, api, namespace
        self._executions = executions
        self._natives: dict[str, str] = {}
        self.samples: dict[str, Samples] = defaultdict(Samples)

    async def warm_up(self) -> None:
        """One run of each: its image and toolchain are in the page cache then; and a Pod per image for the others."""
        for name, hello in PROGRAMS.items():
            finished = await self._executions.run(
                f"warm-{name}", language=hello.language, code=hello.code, keep_seconds=KEEP_SECONDS
            )
            pod = finished.status["sandbox"]["pod"]
            image = TOOLCHAINS[hello.language].image
            if image not in self._natives:
                self._natives[image] = await self._native_pod(image, await self._api.get(PODS, self._namespace, pod))
            await self._api.delete(PODS, self._namespace, pod, grace_seconds=0)
            await self._native(hello)

    async def round(self, number: int) -> None:
        for name, hello in PROGRAMS.items():
            samples = self.samples[name]
            finished = await self._executions.run(
                f"{name}-{number}", language=hello.language, code=hello.code, keep_seconds=KEEP_SECONDS
            )
            pod = finished.status["sandbox"]["pod"]
            ends = await self._ends(pod)
            await self._api.delete(PODS, self._namespace, pod, grace_seconds=0)
            samples.total.append(finished.seconds)
            samples.run.append(ends["run"])
            if "compile" in ends:
                samples.compile.append(ends["compile"])
            native = await self._native(hello)
            samples.native_run.append(native[-1])
            samples.native_compile += native[:-1]

    async def close(self) -> None:
        for pod in self._natives.values():
            await self._api.delete(PODS, self._namespace, pod, grace_seconds=0)

    async def _ends(self, pod: str) -> dict[str, float]:
        """Seconds of each step out of the sandbox's own record, which has microseconds."""
        log = await self._tools.read("kubectl", "-n", self._namespace, "logs", pod)
        lines = [json.loads(line) for line in log.splitlines()]
        return {line["kind"]: line["wallMs"] / 1000 for line in lines if line["type"] == "end"}

    async def _native_pod(self, image: str, sandbox: dict[str, Any]) -> str:
        name = f"native-{image}"
        spec = comparable(sandbox, name)
        spec["containers"][0]["command"] = ["/usr/bin/sleep", "infinity"]
        body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        await self._tools.read("kubectl", "-n", self._namespace, "create", "-f", "-", stdin=json.dumps(body))
        words = ("wait", "--for=condition=Ready", "--timeout=60s", f"pod/{name}")
        await self._tools.read("kubectl", "-n", self._namespace, *words)
        return name

    async def _native(self, hello: Hello) -> list[float]:
        """Seconds of compiling, where there is a compiler, and of running; by the clock inside the container, less what
        it takes to ask that clock."""
        wanted = _job(hello)
        program, run = wanted["programs"][0], wanted["runs"][0]
        steps = [step for step in (program.get("compile"), run) if step]
        (file,) = program["files"]
        lines = ["set -e", "rm -rf /workspace/* /workspace/.build", "cd /workspace", "mkdir .build"]
        lines += [f"printf %s {shlex.quote(file['content'])} > {shlex.quote(file['path'])}"]
        for step in steps:
            env = " ".join(f"{name}={shlex.quote(value)}" for name, value in step["env"].items())
            words = f"HOME=/tmp LANG=C.UTF-8 {env} {shlex.join(step['argv'])} > /tmp/out"
            lines += [f"z={_CLOCK}", f"a={_CLOCK}", words, f"b={_CLOCK}", "echo took $((b - a - (a - z)))"]
        lines += ["cat /tmp/out"]
        pod = self._natives[TOOLCHAINS[hello.language].image]
        said = await self._tools.read(
            "kubectl", "-n", self._namespace, "exec", pod, "--", "/bin/sh", "-c", "\n".join(lines)
        )
        if not said.endswith(OUTPUT):
            raise Trouble(f"{hello.language} natively printed {said!r}")
        return [int(nanoseconds) / 1e9 for nanoseconds in re.findall(r"^took (\d+)$", said, re.MULTILINE)]


def _job(hello: Hello) -> dict[str, Any]:
    """What the operator would send."""
    meta = Metadata(namespace="", name="", uid="", resource_version="", creation_timestamp=datetime.now(UTC))
    spec = ExecutionSpec(language=hello.language, code=hello.code)
    execution = CodeExecution(metadata=meta, spec=spec)
    return job(execution, effective_limits(execution, effective(None, hello.language)), BUILT_IN)
