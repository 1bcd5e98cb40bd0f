"""What a SandboxPolicy says holds, is visible in the status, and does not change a run that has begun."""

import asyncio
import json

from tests.harness.namespaces import Namespace
from tests.harness.runs import policy, python

ALLOCATE = """
    import sys
    block = bytearray(int(sys.argv[1]) << 20)
    for at in range(0, len(block), 4096): block[at] = 1
    print("had it")
"""


async def test_the_built_in_policy(bare_namespace: Namespace) -> None:
    run = await bare_namespace.run("print()")
    assert run.status["policy"] == {"name": "built-in", "generation": 0}
    assert run.status["limits"] == {
        "memory": "512Mi",
        "cpu": "1",
        "timeoutSeconds": 30,
        "cpuTimeSeconds": 30,
        "processes": 5,
        "outputBytes": 65_536,
        "maxOutputBytes": 16 << 20,
        "diskBytes": 64 << 20,
    }


async def test_the_default_policy_of_the_namespace(bare_namespace: Namespace) -> None:
    await bare_namespace.apply(policy(memory="96Mi", cpu="500m", timeoutSeconds=7, outputBytes=2048))
    run = await bare_namespace.run("print('x' * 5000)")
    stated = {"memory": "96Mi", "cpu": "500m", "timeoutSeconds": 7, "outputBytes": 2048}
    assert run.status["limits"].items() >= stated.items()
    assert run.status["limits"]["diskBytes"] == 24 << 20, "files are memory: a quarter of it"
    assert run.status["policy"] == {"name": "default", "generation": 1}
    assert run.status["truncated"]["stdoutBytes"] == 5001 - 2048


async def test_memory_is_effective(namespace: Namespace) -> None:
    await namespace.apply(policy("small", memory="64Mi"))
    small = {"policyRef": {"name": "small"}}
    enough = await namespace.run(ALLOCATE, args=["30"], **small)
    assert (enough.reason, enough.output) == ("Completed", "had it\n"), enough
    too_much = await namespace.run(ALLOCATE, args=["80"], **small)
    assert (too_much.reason, too_much.exit_code, too_much.output) == ("MemoryLimitExceeded", 137, ""), too_much
    assert "64Mi" in too_much.message
    elsewhere = await namespace.run(ALLOCATE, args=["80"])
    assert elsewhere.reason == "Completed", elsewhere


async def test_timeouts_are_effective(namespace: Namespace) -> None:
    await namespace.apply(policy("hasty", timeoutSeconds=1, maxTimeoutSeconds=20))
    hasty = {"policyRef": {"name": "hasty"}}
    code = "import time; time.sleep(3); print('slept')"
    by_default, asked = await asyncio.gather(
        namespace.run(code, **hasty), namespace.run(code, timeoutSeconds=20, **hasty)
    )
    assert (by_default.reason, by_default.exit_code) == ("Timeout", 124), by_default
    assert by_default.status["limits"]["timeoutSeconds"] == 1
    assert (asked.reason, asked.output) == ("Completed", "slept\n"), asked
    assert asked.status["limits"]["timeoutSeconds"] == 20


async def test_a_policy_that_changes_later_does_not_change_the_run(bare_namespace: Namespace) -> None:
    await bare_namespace.apply(policy(memory="128Mi", timeoutSeconds=30))
    code = "import time; print('on', flush=True); time.sleep(3); print('off')"
    begun = await bare_namespace.reached(await bare_namespace.start(code), "Running")
    await bare_namespace.apply(policy(memory="64Mi", timeoutSeconds=1))
    run = await bare_namespace.finished(begun)
    assert (run.reason, run.output) == ("Completed", "on\noff\n"), run
    assert run.status["limits"] == begun.status["limits"]
    assert run.status["policy"] == {"name": "default", "generation": 1}
    later = await bare_namespace.run(code)
    assert (later.reason, later.status["policy"]["generation"]) == ("Timeout", 2), later
    assert later.status["limits"]["memory"] == "64Mi"


async def test_a_policy_applied_a_second_after_its_run_is_found(own_namespace: Namespace) -> None:
    started = await own_namespace.start("print('found')", policyRef={"name": "late"})
    await asyncio.sleep(1)
    await own_namespace.apply(policy("late", memory="80Mi"))
    run = await own_namespace.finished(started)
    assert (run.reason, run.output) == ("Completed", "found\n"), run
    assert run.status["policy"] == {"name": "late", "generation": 1}
    assert run.status["limits"]["memory"] == "80Mi"


async def test_policy_and_run_in_one_apply_run_first(own_namespace: Namespace) -> None:
    run = python("print('together')", policyRef={"name": "together"})
    await own_namespace.apply(run, policy("together", memory="80Mi"))
    done = await own_namespace.finished(run["metadata"]["name"])
    assert (done.reason, done.status["limits"]["memory"]) == ("Completed", "80Mi"), done


async def test_a_policy_of_another_namespace_does_not_count(namespace: Namespace, own_namespace: Namespace) -> None:
    await namespace.apply(policy("elsewhere", memory="64Mi"))
    run = await own_namespace.run("print()", policyRef={"name": "elsewhere"})
    assert run.reason == "PolicyNotFound", run


async def test_the_pod_has_what_the_policy_says(own_namespace: Namespace) -> None:
    await own_namespace.apply(policy(memory="160Mi", cpu="250m"))
    run = await own_namespace.reached(await own_namespace.start("import time; time.sleep(2)"), "Running")
    pod = await own_namespace.sandbox_of(run)
    assert pod
    (container,) = pod["spec"]["containers"]
    assert container["resources"]["limits"] == {"memory": "160Mi", "cpu": "250m"}
    assert container["resources"]["requests"]["memory"] == "160Mi"
    assert json.dumps(pod).find("time.sleep") == -1, "the code is in no object but the user's own"
