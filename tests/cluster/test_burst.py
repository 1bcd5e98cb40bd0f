"""Many at once: all end, each with its own output, and never more at a time than the setting says."""

from tests.harness.fixtures import setting
from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, python
from tests.harness.waiting import until

MANY = 100


async def test_a_hundred_at_once(own_namespace: Namespace, system: Kubectl) -> None:
    limit = int(setting(system, "CODEEXEC_MAX_CONCURRENT"))
    kubectl = own_namespace.kubectl
    async with kubectl.watching("pods", "labelSelector=codeexec.dev/sandbox=true") as watch:
        await own_namespace.apply(*(python(f"print({n} * {n})", name=f"n-{n}") for n in range(MANY)))

        async def look() -> list[Run] | None:
            runs = [Run(obj) for obj in await kubectl.items("cx")]
            return runs if len(runs) == MANY and all(run.finished for run in runs) else None

        runs = await until(look, f"{MANY} verdicts", within=300, every=1.0)
        await own_namespace.swept()
    wrong = [run for run in runs if (run.reason, run.output) != ("Completed", f"{int(run.name[2:]) ** 2}\n")]
    assert wrong == []
    names = {obj["metadata"]["name"] for obj in watch.objects()}
    assert len(names) == MANY, "one Pod each"
    assert 2 <= most_at_once(watch.events) <= limit
    waited = [run for run in runs if "queued" in run.timeline]
    assert len(waited) >= MANY - 2 * limit, "those who had to wait say so"


def most_at_once(events: list[tuple[str, Object]]) -> int:
    """Pods that are there and not over, at the worst moment."""
    there: set[str] = set()
    most = 0
    for kind, pod in events:
        name = pod["metadata"]["name"]
        if kind == "DELETED" or pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
            there.discard(name)
        else:
            there.add(name)
        most = max(most, len(there))
    return most
