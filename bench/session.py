"""One measurement from warm-up to clean-up. Latency first, interleaved; then cost, then a burst, each by itself."""

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bench import counters, facts, plan
from bench.baselines import Baselines
from bench.counters import Cost
from bench.executions import Executions, Finished, manifest
from bench.facts import Facts
from bench.languages import Languages, Samples
from bench.tools import Tools, Trouble
from codeexec.kube.api import KubeApi
from codeexec.kube.errors import NotFound, Refused
from codeexec.kube.resources import PODS, Resource

NAMESPACES = Resource("", "v1", "namespaces", namespaced=False)
SERVICE_ACCOUNTS = Resource("", "v1", "serviceaccounts")
PATIENCE = 60.0
KEEP_SECONDS = 3600

CODEEXEC = "codeexec"
BY_KUBECTL = "codeexec-by-kubectl"
KUBECTL_RUN = "kubectl-run"
KUBECTL_RUN_OUTPUT = "kubectl-run-output"
JOB = "job"
CONTAINER = "ctr-run"

VARIANTS = {
    CODEEXEC: "CodeExecution created through the API -> verdict seen on a watch",
    BY_KUBECTL: "start of `kubectl create -f` -> verdict seen on a watch",
    KUBECTL_RUN: "`kubectl run --attach --rm`, start to end",
    KUBECTL_RUN_OUTPUT: "the same `kubectl run`, start to output: no exit code yet, no clean-up",
    JOB: "`kubectl create` a Job, `kubectl wait`, `kubectl logs`, start to end",
    CONTAINER: "`ctr run` on the node: a bare container, no Kubernetes",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is measured."""

    samples: int = 30
    baselines: int = 10
    batch: int = 10
    """Runs, one after another, whose API writes and CPU time are counted."""
    burst: int = 20
    languages: int = 10
    """Samples of each language, and of its native twin."""
    pause: float = 1.0
    """Seconds of rest after every sample: the node is still clearing up."""


@dataclass(slots=True)
class Burst:
    """All applied at once."""

    seconds: float
    """First apply to last verdict."""
    runs: list[Finished]
    cost: Cost


@dataclass(slots=True)
class Measured:
    wanted: Wanted
    facts: Facts
    load: list[list[float]]
    """Load averages before, between and after the parts."""
    seconds: dict[str, dict[int, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """By variant and round."""
    runs: list[Finished] = field(default_factory=list)
    """Those of the variant `codeexec`."""
    outputs_lost: int = 0
    """Of `kubectl run`."""
    cost: Cost | None = None
    burst: Burst | None = None
    languages: dict[str, Samples] = field(default_factory=dict)

    def of(self, variant: str) -> list[float]:
        return list(itertools.chain.from_iterable(self.seconds[variant].values()))


class Session:
    """Owns its namespace. `say` is told in a line what goes on."""

    def __init__(self, tools: Tools, api: KubeApi, namespace: str, wanted: Wanted, say: Callable[[str], None]) -> None:
        self._tools = tools
        self._api = api
        self._namespace = namespace
        self._wanted = wanted
        self._say = say
        self._numbers = itertools.count(1)

    async def measure(self) -> Measured:
        await self._make_namespace()
        try:
            async with Executions(self._api, self._namespace) as executions:
                return await self._measure(executions)
        finally:
            await self._api.delete(NAMESPACES, None, self._namespace)

    async def _measure(self, executions: Executions) -> Measured:
        self._say("warming up")
        baselines = Baselines(self._tools, self._namespace, await self._warm_up(executions))
        is_reachable = await baselines.reaches_node()
        result = Measured(self._wanted, await facts.gather(self._tools, baselines.sandbox), [facts.load()])
        await self._latency(executions, baselines, result, with_container=is_reachable)
        result.load.append(facts.load())
        if self._wanted.batch:
            result.cost = await self._batch(executions)
        if self._wanted.burst:
            result.burst = await self._burst(executions)
        if self._wanted.languages:
            result.load.append(facts.load())
            result.languages = await self._languages(executions)
        result.load.append(facts.load())
        return result

    async def _languages(self, executions: Executions) -> dict[str, Samples]:
        self._say("warming up eight languages")
        languages = Languages(self._tools, self._api, self._namespace, executions)
        await languages.warm_up()
        for number in range(self._wanted.languages):
            self._say(f"languages, round {number + 1} of {self._wanted.languages}")
            await languages.round(number)
        await languages.close()
        return dict(languages.samples)

    async def _warm_up(self, executions: Executions) -> dict[str, Any]:
        """A sandbox Pod to copy from; and every program and image has been used once."""
        kept = await executions.run(self._name("warm"), keep_seconds=KEEP_SECONDS)
        sandbox = await self._api.get(PODS, self._namespace, kept.status["sandbox"]["pod"])
        await self._api.delete(PODS, self._namespace, sandbox["metadata"]["name"], grace_seconds=0)
        baselines = Baselines(self._tools, self._namespace, sandbox)
        await baselines.kubectl_run(self._name("warm"))
        await baselines.job(self._name("warm"))
        await executions.run(self._name("warm"))
        await self._settled()
        return sandbox

    async def _latency(
        self, executions: Executions, baselines: Baselines, result: Measured, *, with_container: bool
    ) -> None:
        wanted = {CODEEXEC: self._wanted.samples}
        wanted |= dict.fromkeys((BY_KUBECTL, KUBECTL_RUN, JOB), self._wanted.baselines)
        if with_container:
            wanted[CONTAINER] = self._wanted.baselines
        rounds = plan.rounds(wanted)
        for number, order in enumerate(rounds):
            self._say(f"round {number + 1} of {len(rounds)}")
            for variant in order:
                await self._sample(variant, executions, baselines, result, number)
                await self._settled()

    async def _sample(
        self, variant: str, executions: Executions, baselines: Baselines, result: Measured, number: int
    ) -> None:
        name = self._name(variant)
        if variant == CODEEXEC:
            result.runs.append(finished := await executions.run(name))
            seconds = finished.seconds
        elif variant == BY_KUBECTL:
            body = json.dumps(manifest(self._namespace, name))
            words = ("kubectl", "-n", self._namespace, "create", "-f", "-")
            seconds = (await executions.finished(name, lambda: self._tools.read(*words, stdin=body))).seconds
        elif variant == KUBECTL_RUN:
            output, seconds = await baselines.kubectl_run(name)
            if output is None:
                result.outputs_lost += 1
            else:
                result.seconds[KUBECTL_RUN_OUTPUT][number].append(output)
        elif variant == JOB:
            seconds = await baselines.job(name)
        else:
            seconds = await baselines.container(name)
        result.seconds[variant][number].append(seconds)

    async def _batch(self, executions: Executions) -> Cost:
        self._say(f"cost of {self._wanted.batch} runs")
        before = await counters.read(self._tools)
        attempts = []
        for _ in range(self._wanted.batch):
            attempts.append((await executions.run(self._name("batch"))).attempt)
            await self._settled()
        return counters.cost(before, await counters.read(self._tools), attempts)

    async def _burst(self, executions: Executions) -> Burst:
        number = self._wanted.burst
        self._say(f"burst of {number}")
        before = await counters.read(self._tools)
        begin = time.perf_counter()
        runs = await asyncio.gather(*(executions.run(self._name("burst")) for _ in range(number)))
        seconds = time.perf_counter() - begin
        await self._settled()
        after = await counters.read(self._tools)
        return Burst(seconds, list(runs), counters.cost(before, after, [run.attempt for run in runs]))

    async def _settled(self) -> None:
        """No Pod is left, and the node has had a moment to clear up."""
        await _until(self._is_empty, f"Pods stay in namespace {self._namespace}")
        await asyncio.sleep(self._wanted.pause)

    async def _is_empty(self) -> bool:
        return not (await self._api.list(PODS, self._namespace))["items"]

    def _name(self, what: str) -> str:
        return f"{what}-{next(self._numbers)}"

    async def _make_namespace(self) -> None:
        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        meta = {"name": self._namespace, "labels": labels}
        try:
            await self._api.create(NAMESPACES, None, {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
        except Refused as problem:
            raise Trouble(f"namespace {self._namespace} cannot be made: {problem.message}") from problem
        await _until(self._has_account, f"namespace {self._namespace} gets no service account")

    async def _has_account(self) -> bool:
        """Pods are refused before it is there."""
        try:
            await self._api.get(SERVICE_ACCOUNTS, self._namespace, "default")
        except NotFound:
            return False
        return True


async def _until(check: Callable[[], Awaitable[bool]], problem: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await check():
        if time.monotonic() > deadline:
            raise Trouble(f"{problem} for more than {PATIENCE:.0f} s")
        await asyncio.sleep(0.1)
