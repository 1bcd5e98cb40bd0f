"""Cancelling, and what is left of a run after its end."""

from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, policy
from tests.harness.starts import Starts
from tests.harness.waiting import never, until

CANCEL = '{"spec": {"cancel": true}}'


async def cancel(namespace: Namespace, run: Run) -> None:
    await namespace.kubectl.read("patch", "cx", run.name, "--type=merge", "-p", CANCEL)


async def test_cancelled_before_it_was_started(namespace: Namespace) -> None:
    run = await namespace.run("print('never')", cancel=True)
    assert (run.phase, run.reason) == ("Failed", "Cancelled")
    assert not {"output", "exitCode", "sandbox"} & set(run.status), run
    await namespace.swept()


async def test_cancelled_in_mid_run(namespace: Namespace, starts: Starts) -> None:
    marker = starts.marker()
    code = "import time\nprint('so far', flush=True)\ntime.sleep(300)\nprint('never')"
    started = await namespace.start(code, args=[marker])
    await starts.running(marker)
    await _printed(namespace, started)
    await cancel(namespace, started)
    run = await namespace.finished(started)
    assert (run.phase, run.reason) == ("Failed", "Cancelled"), run
    assert run.output == "so far\n", "what was printed until then is kept"
    assert "exitCode" not in run.status
    await namespace.swept()
    await starts.gone(marker)
    assert starts.of(marker) == 1


async def _printed(namespace: Namespace, run: Run) -> None:
    """The program's first line is in the record of its sandbox."""

    async def look() -> bool:
        pod = await namespace.sandbox_of(run)
        return pod is not None and '"stdout"' in (await namespace.kubectl.ask("logs", pod["metadata"]["name"])).out

    await until(look, "the first line in the log")


async def test_cancelled_after_the_end_changes_nothing(namespace: Namespace) -> None:
    run = await namespace.run("print('done')")
    await cancel(namespace, run)
    later = await namespace.run("print()")
    assert later.reason == "Completed"
    now = await namespace.get(run.name)
    assert (now.reason, now.output, now.phase) == ("Completed", "done\n", "Succeeded")


async def test_the_pod_goes_at_once_by_default_and_the_run_stays(own_namespace: Namespace) -> None:
    run = await own_namespace.run("print('kept')")
    await own_namespace.swept()
    assert (await own_namespace.get(run.name)).output == "kept\n"


async def test_ttl_keeps_the_pod_for_a_while(own_namespace: Namespace) -> None:
    run = await own_namespace.run("print('kept')", ttlSecondsAfterFinished=6)
    pod = await own_namespace.sandbox_of(run)
    assert pod, "it is kept"
    assert pod["metadata"]["name"] == run.status["sandbox"]["pod"]
    assert '"result"' in await own_namespace.kubectl.read("logs", pod["metadata"]["name"])
    await own_namespace.swept()
    assert (await own_namespace.get(run.name)).status == run.status


async def test_ttl_of_the_policy_and_its_override(own_namespace: Namespace) -> None:
    await own_namespace.apply(policy(ttl=600))
    kept = await own_namespace.run("print()")
    swept = await own_namespace.run("print()", ttlSecondsAfterFinished=0)

    async def look() -> bool:
        return await own_namespace.sandbox_of(swept) is None

    await until(look, "the Pod that is not to be kept gone")
    assert await own_namespace.sandbox_of(kept) is not None
    await own_namespace.kubectl.read(
        "patch", "cx", kept.name, "--type=merge", "-p", '{"spec": {"ttlSecondsAfterFinished": 0}}'
    )
    await own_namespace.swept()


async def test_ttl_may_delete_the_execution(own_namespace: Namespace) -> None:
    keep, drop = {"ttlSecondsAfterFinished": 2}, {"ttlSecondsAfterFinished": 2, "ttlDeletes": "Execution"}
    dropped = await own_namespace.run("print('seen')", **drop)
    kept = await own_namespace.run("print('seen')", **keep)
    assert dropped.output == "seen\n"

    async def gone() -> bool:
        return await own_namespace.kubectl.find("cx", dropped.name) is None

    await until(gone, "the execution deleted")
    await own_namespace.swept()
    await never(lambda: _is_gone(own_namespace, kept), "the other one must stay", during=3)


async def _is_gone(namespace: Namespace, run: Run) -> bool:
    return await namespace.kubectl.find("cx", run.name) is None
