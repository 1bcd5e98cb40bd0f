"""The status as people and tools read it: kstatus, `kubectl wait`, columns, the timeline."""

import asyncio
import json
from itertools import pairwise

import pytest

from tests.harness.kstatus import kstatus
from tests.harness.kubectl import Object
from tests.harness.namespaces import Namespace, manifest
from tests.harness.runs import STAGES, Run, policy, python
from tests.harness.waiting import until


@pytest.mark.parametrize(
    ("code", "spec", "last"),
    [
        pytest.param("print('well')", {}, "Current", id="succeeds"),
        pytest.param("raise SystemExit(1)", {}, "Failed", id="fails"),
        pytest.param("while True: pass", {"timeoutSeconds": 1}, "Failed", id="takes too long"),
        pytest.param("print()", {"timeoutSeconds": 301}, "Failed", id="is refused"),
        pytest.param("print()", {"policyRef": {"name": "nowhere"}}, "Failed", id="has no policy"),
        pytest.param("print()", {"cancel": True}, "Failed", id="is cancelled"),
    ],
)
async def test_kstatus_from_the_first_moment(namespace: Namespace, code: str, spec: Object, last: str) -> None:
    async with namespace.kubectl.watching("cx") as watch:
        run = await namespace.run(code, **spec)
        versions = await until(lambda: _versions(watch.objects(), run), "the last version on the watch")
    judged = [kstatus(version) for version in versions]
    assert judged == ["InProgress"] * (len(judged) - 1) + [last], versions
    assert len(judged) >= 2, "its first version is seen"
    for version in versions:
        assert Run(version).finished == (kstatus(version) != "InProgress")


async def _versions(seen: list[Object], run: Run) -> list[Object] | None:
    """Once the newest is among them. What else the watch saw belongs to other tests of the module."""
    versions = [obj for obj in seen if obj["metadata"]["uid"] == run.uid]
    newest = run.meta["resourceVersion"]
    return versions if any(obj["metadata"]["resourceVersion"] == newest for obj in versions) else None


async def test_a_verdict_never_changes(namespace: Namespace) -> None:
    """What may still change in the spec is acknowledged, so that kstatus does not wait for ever; that is all."""
    run = await namespace.run("print('once')")
    await namespace.kubectl.read("patch", "cx", run.name, "--type=merge", "-p", '{"spec": {"cancel": true}}')
    await namespace.kubectl.read("annotate", "cx", run.name, "touched=yes")

    async def acknowledged() -> Run | None:
        now = await namespace.get(run.name)
        return now if now.status["observedGeneration"] == now.meta["generation"] else None

    now = await until(acknowledged, "the newer generation acknowledged")
    assert now.meta["generation"] == 2
    assert kstatus(now.obj) == "Current"
    assert _less_generation(now) == _less_generation(run)


def _less_generation(run: Run) -> Object:
    conditions = [{**c, "observedGeneration": 0} for c in run.status["conditions"]]
    return {**run.status, "observedGeneration": 0, "conditions": conditions}


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("print()", "Ready"),
        ("print()", "Succeeded=True"),
        ("print()", "Reconciling=False"),
        ("print()", "Stalled=False"),
        ("exit(3)", "Ready=False"),
        ("exit(3)", "Succeeded=False"),
        ("exit(3)", "Stalled"),
    ],
)
async def test_kubectl_wait(namespace: Namespace, code: str, condition: str) -> None:
    run = await namespace.start(code)
    await namespace.kubectl.read("wait", f"cx/{run.name}", f"--for=condition={condition}", "--timeout=60s", seconds=70)
    if condition != "Stalled=False":  # which it is from the first moment
        assert (await namespace.get(run.name)).finished


async def test_kubectl_wait_by_jsonpath(namespace: Namespace) -> None:
    run = await namespace.start("exit(7)")
    words = ("wait", f"cx/{run.name}", "--for=jsonpath={.status.exitCode}=7", "--timeout=60s")
    await namespace.kubectl.read(*words, seconds=70)


async def test_columns_short_names_and_category(own_namespace: Namespace) -> None:
    rights = {"allowNetworkAccess": False, "allowFileSystemAccess": True, "allowExternalCommands": False}
    stated = policy(memory="256Mi", timeoutSeconds=12)
    await own_namespace.apply({**stated, "spec": {**stated["spec"], "validation": rights}})
    run = await own_namespace.run("exit(3)", name="three")
    header, line = (await own_namespace.kubectl.read("get", "cx")).splitlines()
    assert header.split() == ["NAME", "LANGUAGE", "PHASE", "REASON", "EXIT", "TIME", "AGE"]
    time = str(run.status["metrics"]["executionTimeMs"])
    assert line.split()[:6] == ["three", "python", "Failed", "NonZeroExit", "3", time]
    header, line = (await own_namespace.kubectl.read("get", "cx", "-o", "wide")).splitlines()
    assert header.split()[6:10] == ["MEMORY", "CPU", "POLICY", "NODE"]
    assert line.split()[8:10] == ["default", run.status["runtime"]["node"]]
    header, line = (await own_namespace.kubectl.read("get", "sbp")).splitlines()
    assert header.split() == ["NAME", "READY", "REASON", "NETWORK", "FILES", "COMMANDS", "AGE"]
    assert line.split()[:6] == ["default", "True", "Usable", "false", "true", "false"]
    everything = await own_namespace.kubectl.read("get", "codeexec", "-o", "name")
    assert set(everything.split()) == {"codeexecution.codeexec.dev/three", "sandboxpolicy.codeexec.dev/default"}


async def test_explain_knows_every_field(namespace: Namespace) -> None:
    for field in ("spec.code", "spec.timeoutSeconds", "status.exitCode", "status.truncated.stdoutBytes"):
        said = await namespace.kubectl.read("explain", f"cx.{field}")
        assert "DESCRIPTION" in said
        assert "<empty>" not in said


async def test_timeline_and_metrics(namespace: Namespace) -> None:
    run = await namespace.run("""
        import time
        block = bytearray(100 << 20)
        end = time.process_time() + 0.3
        while time.process_time() < end: pass
        time.sleep(0.2)
    """)
    stages = list(run.timeline)
    assert stages == [stage for stage in STAGES if stage != "queued"], run
    ours = [run.timeline[stage] for stage in stages if stage not in ("started", "finished")]
    theirs = [run.timeline[stage] for stage in ("started", "finished")]
    for times in (ours, theirs):
        assert all(earlier <= later for earlier, later in pairwise(times)), run
    metrics = run.status["metrics"]
    assert metrics["executionTimeMs"] >= 500
    assert metrics["cpuTimeMs"] >= 300
    assert 100 << 20 <= metrics["memoryUsedBytes"] <= 512 << 20
    assert metrics["peakProcesses"] == 1
    assert metrics["outputBytes"] == 0
    assert run.status["runtime"]["image"].startswith("codeexec/python:")
    assert run.status["runtime"]["node"]
    assert run.status["sandbox"]["attempt"] == 0
    assert run.status["observedGeneration"] == run.meta["generation"]


async def test_nothing_of_ours_is_on_the_object_but_status(namespace: Namespace) -> None:
    run = await namespace.run("print()")
    assert not run.meta.get("finalizers")
    assert set(run.meta.get("annotations", {})) <= {"kubectl.kubernetes.io/last-applied-configuration"}
    managers = json.loads(await namespace.kubectl.read("get", "cx", run.name, "-o", "json", "--show-managed-fields"))
    writers = {(m["manager"], m.get("subresource", "")) for m in managers["metadata"]["managedFields"]}
    assert writers == {("kubectl-client-side-apply", ""), ("codeexec", "status")}


async def test_same_name_again_never_shows_the_other_runs_output(namespace: Namespace) -> None:
    """Two objects of one name, quickly one after the other, the first one sometimes deleted in mid run."""
    for number in range(12):
        code = f"print({number}, flush=True)\nimport time\ntime.sleep({number % 3 / 5})"
        await namespace.start(code, name="one")
        if number % 2:
            run = await namespace.finished("one")
            assert (run.reason, run.output) == ("Completed", f"{number}\n"), run
        elif number % 4:
            await asyncio.sleep(0.3 * (number % 5))
        await namespace.kubectl.read("delete", "cx", "one", "--wait=true", "--timeout=30s")
    await namespace.swept()


async def test_namespace_and_run_in_one_apply(own_namespace: Namespace) -> None:
    """A namespace has no service account yet when the first run is applied with it."""
    name = f"{own_namespace.name}-b"
    whole = own_namespace.kubectl.within("")
    obj = python("print('at once')", name="first")
    obj["metadata"]["namespace"] = name
    await whole.read("apply", "-f", "-", stdin={"apiVersion": "v1", "kind": "List", "items": [manifest(name), obj]})
    run = await Namespace(name, whole.within(name)).finished("first")
    assert (run.reason, run.output) == ("Completed", "at once\n")
    await whole.read("delete", "namespace", name, "--wait=false")
