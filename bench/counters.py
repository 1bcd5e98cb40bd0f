"""What runs cost others: API writes as the API server counts them, CPU time as the operator counts it.

The API server's counters are of the whole cluster; `Cost.undisturbed` says whether anybody else was at work.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from bench.tools import Tools

OPERATOR_NAMESPACE = "codeexec-system"
OPERATOR_SELECTOR = "app.kubernetes.io/name=codeexec"
OPERATOR_PORT = 8080
WRITES = frozenset({"POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"})
"""The verbs of apiserver_request_total that change something."""
COUNTED = frozenset({"pods", "codeexecutions", "networkpolicies", "events"})
PLATFORM = frozenset({"pods/status", "pods/binding", "pods/ephemeralcontainers", "events"})
"""Written by scheduler and kubelet for any Pod; the operator has no right to write them."""
USER = frozenset({"POST codeexecutions"})

Writes = Counter[str]
"""Number of requests by "VERB resource/subresource"."""


@dataclass(frozen=True, slots=True)
class Reading:
    writes: Writes
    cpu_seconds: float | None
    """None when the operator's metrics are out of reach."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of `runs` runs."""

    runs: int
    sandboxes: int
    """Pods made for them: one each, and one more for every sandbox that was lost before its program started."""
    writes: Writes
    cpu_seconds: float | None

    @property
    def undisturbed(self) -> bool:
        """In the whole cluster no more CodeExecutions and Pods were created than for our runs."""
        return self.writes["POST codeexecutions"] == self.runs and self.writes["POST pods"] == self.sandboxes

    def per_run(self) -> dict[str, float]:
        """The user's own write, ours, and those that any Pod brings with it."""
        shares = {"user": 0, "operator": 0, "platform": 0}
        for what, count in self.writes.items():
            shares[_whose(what)] += count
        return {whose: round(count / self.runs, 3) for whose, count in shares.items()}

    def cpu_ms_per_run(self) -> float | None:
        return None if self.cpu_seconds is None else round(self.cpu_seconds * 1000 / self.runs, 2)


def _whose(what: str) -> str:
    if what in USER:
        return "user"
    return "platform" if what.partition(" ")[2] in PLATFORM else "operator"


def cost(before: Reading, after: Reading, attempts: Sequence[int]) -> Cost:
    """`attempts`: of each run, how many sandboxes it lost before its program started."""
    known = before.cpu_seconds is not None and after.cpu_seconds is not None
    cpu = (after.cpu_seconds or 0.0) - (before.cpu_seconds or 0.0) if known else None
    return Cost(len(attempts), len(attempts) + sum(attempts), after.writes - before.writes, cpu)


def parse_writes(text: str) -> Writes:
    """From the API server's /metrics. Requests that were refused count: they cost as much."""
    result: Writes = Counter()
    # The whole page has megabytes; only this family is looked at.
    lines = [line for line in text.splitlines() if line.startswith("apiserver_request_total{")]
    for family in text_string_to_metric_families("\n".join(["# TYPE apiserver_request_total counter", *lines, ""])):
        for sample in family.samples:
            verb, resource, sub = (sample.labels.get(name, "") for name in ("verb", "resource", "subresource"))
            if verb in WRITES and resource in COUNTED:
                result[f"{verb} {resource}/{sub}" if sub else f"{verb} {resource}"] += int(sample.value)
    return result


def parse_cpu_seconds(text: str) -> float | None:
    for line in text.splitlines():
        if line.startswith("process_cpu_seconds_total "):
            return float(line.split()[1])
    return None


async def read(tools: Tools) -> Reading:
    writes = parse_writes(await tools.read("kubectl", "get", "--raw", "/metrics"))
    return Reading(writes, await _operator_cpu(tools))


async def _operator_cpu(tools: Tools) -> float | None:
    names = await tools.read(
        *("kubectl", "-n", OPERATOR_NAMESPACE, "get", "pods", "-l", OPERATOR_SELECTOR, "-o", "name"),
        "--field-selector=status.phase=Running",
    )
    found = names.split()
    if len(found) != 1:
        return None
    pod = found[0].removeprefix("pod/")
    path = f"/api/v1/namespaces/{OPERATOR_NAMESPACE}/pods/{pod}:{OPERATOR_PORT}/proxy/metrics"
    code, out, _ = await tools.ask("kubectl", "get", "--raw", path)
    return parse_cpu_seconds(out) if code == 0 else None
