"""The operator killed by SIGKILL at every point of a run, and started again: the program starts at most once, the run
ends with its true verdict, and no Pod is left."""

import asyncio

import pytest

from tests.harness.namespaces import Namespace
from tests.harness.operators import Operators
from tests.harness.runs import TWO_SECONDS
from tests.harness.starts import Starts
from tests.harness.waiting import never, until

POINTS = [
    "before create networkpolicies 1",
    "after create networkpolicies 1",
    "before create pods 1",
    "after create pods 1",
    "before patch codeexecutions 1",
    "after patch codeexecutions 1",
    "attach asked 1",
    "attach opened 1",
    "attach half 1",
    "attach whole 1",
    "attach line start 1",
    "attach line stdout 1",
    "attach line result 1",
    "before patch codeexecutions 2",
    "after patch codeexecutions 2",
    "before delete pods 1",
    "after delete pods 1",
]


@pytest.mark.parametrize("point", POINTS)
async def test_killed(own_namespace: Namespace, operators: Operators, starts: Starts, point: str) -> None:
    marker = starts.marker()
    first = operators.start(own_namespace.name, at=point)
    started = await own_namespace.start(TWO_SECONDS, args=[marker], name="killed")
    await first.died()
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.output) == ("Completed", "begun\ndone\n"), run
    await own_namespace.swept()
    assert starts.of(marker) == 1
    assert starts.alive(marker) == 0
    assert (await own_namespace.get("killed")).status == run.status


async def test_killed_with_half_of_a_large_job_sent(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    """Half of a job that needs many frames is no job: another sandbox gets the whole of it."""
    marker = starts.marker()
    first = operators.start(own_namespace.name, at="attach half 1")
    code = "import time; time.sleep(2); print('whole')\n" + "# 🦀\n" * 14_000
    started = await own_namespace.start(code, args=[marker])
    await first.died()
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.output) == ("Completed", "whole\n"), run
    assert run.status["sandbox"]["attempt"] == 1
    assert starts.of(marker) == 1
    await own_namespace.swept()


async def test_dead_until_long_after_the_end(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    """What the program printed and how it ended is in the log of its sandbox, whoever reads it."""
    marker = starts.marker()
    first = operators.start(own_namespace.name, at="attach line start 1")
    code = "import sys, time; time.sleep(1.5); print('x' * 200_000); print('seen', file=sys.stderr); sys.exit(5)"
    started = await own_namespace.start(code, args=[marker])
    await first.died()

    async def over() -> bool:
        pods = await own_namespace.sandboxes()
        return bool(pods) and pods[0]["status"]["phase"] in ("Succeeded", "Failed")

    await until(over, "the sandbox over")
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.exit_code, run.stderr) == ("NonZeroExit", 5, "seen\n"), run
    assert run.status["truncated"]["stdoutBytes"] == 200_001 - 65_536
    assert run.status["metrics"]["outputBytes"] == 200_001 + 5
    assert starts.of(marker) == 1
    await own_namespace.swept()


async def test_killed_again_and_again(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    marker = starts.marker()
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    for point in ("after create pods 1", "after patch codeexecutions 1", "attach opened 1", "attach whole 1"):
        await operators.start(own_namespace.name, at=point).died()
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.output) == ("Completed", "begun\ndone\n"), run
    assert starts.of(marker) == 1
    await own_namespace.swept()


async def test_killed_with_many_in_flight(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    """No point in particular: killed three times while twelve runs are at all stages, queued ones among them."""
    markers = [starts.marker() for _ in range(12)]
    runs = [await own_namespace.start(TWO_SECONDS, args=[marker]) for marker in markers]
    for seconds in (2.5, 3.5, 4.5):
        operator = operators.start(own_namespace.name, slots=4)
        await operator.ready()
        await asyncio.sleep(seconds)
        operator.kill()
    operators.start(own_namespace.name, slots=4)
    for run in runs:
        done = await own_namespace.finished(run, within=180)
        assert (done.reason, done.output) == ("Completed", "begun\ndone\n"), done
    assert [starts.of(marker) for marker in markers] == [1] * len(markers)
    await own_namespace.swept()


async def test_stopped_in_mid_run_as_a_rollout_does_it(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    marker = starts.marker()
    first = operators.start(own_namespace.name)
    started = await own_namespace.start(TWO_SECONDS, args=[marker])
    await starts.running(marker)
    assert await first.stop() == 0
    operators.start(own_namespace.name)
    run = await own_namespace.finished(started, within=120)
    assert (run.reason, run.output) == ("Completed", "begun\ndone\n"), run
    assert starts.of(marker) == 1
    await own_namespace.swept()


async def test_a_finished_run_is_not_run_again_by_a_new_operator(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    marker = starts.marker()
    first = operators.start(own_namespace.name)
    run = await own_namespace.run(TWO_SECONDS, args=[marker])
    first.kill()
    second = operators.start(own_namespace.name)
    await second.ready()
    await never(own_namespace.sandboxes, "no sandbox for what is finished", during=3)
    assert starts.of(marker) == 1
    assert (await own_namespace.get(run.name)).status == run.status
