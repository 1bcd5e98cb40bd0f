"""Pods and objects deleted by hand while a run is on its way."""

import asyncio
from pathlib import Path

import pytest

from tests.harness.namespaces import Namespace
from tests.harness.operators import Operators
from tests.harness.runs import LONG, TWO_SECONDS
from tests.harness.starts import Starts
from tests.harness.waiting import never, until


async def test_pod_deleted_in_mid_run(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    marker = starts.marker()
    operators.start(own_namespace.name)
    started = await own_namespace.start(LONG, args=[marker])
    await starts.running(marker)
    await own_namespace.kubectl.read("delete", "pod", "--all", "--wait=false")
    run = await own_namespace.finished(started)
    assert (run.phase, run.reason) == ("Failed", "SandboxLost"), run
    assert run.status["sandbox"]["pod"] in run.message
    assert "not started again" in run.message
    await never(own_namespace.sandboxes, "it must not be started again", during=4)
    assert starts.of(marker) == 1
    assert starts.alive(marker) == 0


async def test_pod_deleted_by_force_in_mid_run(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    marker = starts.marker()
    operators.start(own_namespace.name)
    started = await own_namespace.start(LONG, args=[marker])
    await starts.running(marker)
    await own_namespace.kubectl.read("delete", "pod", "--all", "--force", "--grace-period=0")
    run = await own_namespace.finished(started)
    assert (run.phase, run.reason) == ("Failed", "SandboxLost"), run
    await never(own_namespace.sandboxes, "it must not be started again", during=4)
    assert starts.of(marker) == 1


@pytest.mark.parametrize("point", ["before patch codeexecutions 1", "after patch codeexecutions 1"])
async def test_pod_deleted_before_it_ran(
    own_namespace: Namespace, operators: Operators, starts: Starts, tmp_path: Path, point: str
) -> None:
    """Nothing has been started, and this operator knows: another sandbox is made."""
    marker = starts.marker()
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    await delete_pod_at(point, own_namespace, operators, tmp_path / "go-on")
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.output) == ("Completed", "begun\ndone\n"), run
    assert starts.of(marker) == 1
    await own_namespace.swept()


async def test_pod_deleted_when_it_ran_but_before_the_job_was_sent(
    own_namespace: Namespace, operators: Operators, starts: Starts, tmp_path: Path
) -> None:
    """Another operator that this one does not know of may have used it, so in doubt nothing is started again."""
    marker = starts.marker()
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    await delete_pod_at("attach asked 1", own_namespace, operators, tmp_path / "go-on")
    run = await own_namespace.finished(started)
    assert run.reason == "SandboxLost", run
    assert starts.of(marker) == 0
    await own_namespace.swept()


async def test_pod_deleted_while_the_stream_was_open(
    own_namespace: Namespace, operators: Operators, starts: Starts, tmp_path: Path
) -> None:
    """A container outlives its deleted Pod by a moment, and may even finish: either way it is the only one."""
    marker = starts.marker()
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    await delete_pod_at("attach opened 1", own_namespace, operators, tmp_path / "go-on")
    run = await own_namespace.finished(started)
    assert (run.reason, run.status["sandbox"]["attempt"]) in {("SandboxLost", 0), ("Completed", 0)}, run
    await own_namespace.swept()
    await starts.gone(marker)
    assert starts.of(marker) <= 1


async def delete_pod_at(point: str, namespace: Namespace, operators: Operators, go_on: Path) -> None:
    operators.start(namespace.name, at=point, hold=go_on)

    async def held() -> bool:
        return go_on.with_suffix(".held").exists()

    await until(held, f"the operator at {point!r}")
    await namespace.kubectl.read("delete", "pod", "--all", "--force", "--grace-period=0")
    await namespace.swept()
    await asyncio.to_thread(go_on.touch)


async def test_pod_deleted_while_a_dead_operator_left_it_claimed(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    """The next operator cannot know that nothing was started, so nothing is (docs/decisions/0003)."""
    marker = starts.marker()
    first = operators.start(own_namespace.name, at="after patch codeexecutions 1")
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    await first.died()
    await own_namespace.kubectl.read("delete", "pod", "--all", "--force", "--grace-period=0")
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started)
    assert run.reason == "SandboxLost", run
    assert starts.of(marker) == 0
    await own_namespace.swept()


async def test_execution_deleted_in_mid_run(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    marker = starts.marker()
    operators.start(own_namespace.name)
    started = await own_namespace.start(LONG, args=[marker])
    await starts.running(marker)
    assert not (await own_namespace.get(started.name)).meta.get("finalizers")
    await own_namespace.kubectl.read("delete", "cx", started.name, "--timeout=20s")
    await own_namespace.swept()
    await starts.gone(marker)
    await never(own_namespace.sandboxes, "nothing comes back", during=3)
    assert starts.of(marker) == 1


async def test_execution_deleted_while_no_operator_runs(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    """The garbage collector follows the owner reference; nobody is waited for."""
    marker = starts.marker()
    first = operators.start(own_namespace.name)
    started = await own_namespace.start(LONG, args=[marker])
    await starts.running(marker)
    first.kill()
    await own_namespace.kubectl.read("delete", "cx", started.name, "--timeout=20s")
    await own_namespace.swept(within=90)
    await starts.gone(marker)
    second = operators.start(own_namespace.name)
    await second.ready()
    await never(own_namespace.sandboxes, "nothing comes back", during=3)
    assert starts.of(marker) == 1


async def test_execution_deleted_and_made_again_in_mid_run(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    """Another object of the same name is another run, with a Pod and an output of its own."""
    one, other = starts.marker(), starts.marker()
    operators.start(own_namespace.name)
    await own_namespace.start(LONG, args=[one], name="same")
    await starts.running(one)
    await own_namespace.kubectl.read("delete", "cx", "same")
    await own_namespace.start("import time; time.sleep(2); print('the other')", args=[other], name="same")
    run = await own_namespace.finished("same")
    assert (run.reason, run.output) == ("Completed", "the other\n"), run
    await own_namespace.swept()
    await starts.gone(one)
    assert (starts.of(one), starts.of(other)) == (1, 1)
