"""More than one operator at once, and one that is told which namespaces are its own."""

import asyncio
import hashlib
import json
import socket
import urllib.request

from tests.harness.namespaces import Namespace
from tests.harness.operators import Operators
from tests.harness.starts import Starts
from tests.harness.waiting import never, until

CODE = "import time; time.sleep(2); print('once')"


async def test_two_at_once_start_each_run_once(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    both = [operators.start(own_namespace.name, slots=6) for _ in range(2)]
    await asyncio.gather(*(operator.ready() for operator in both))
    markers = [starts.marker() for _ in range(12)]
    runs = [await own_namespace.start(CODE, args=[marker]) for marker in markers]
    for run in runs:
        done = await own_namespace.finished(run, within=180)
        assert (done.reason, done.output) == ("Completed", "once\n"), done
    assert [starts.of(marker) for marker in markers] == [1] * len(markers)
    await own_namespace.swept()
    assert all(operator.process.poll() is None for operator in both)


async def test_two_at_once_and_a_large_job(own_namespace: Namespace, operators: Operators, starts: Starts) -> None:
    """A job of many frames, sent by both at the same time: never a mixture, and never twice."""
    both = [operators.start(own_namespace.name) for _ in range(2)]
    await asyncio.gather(*(operator.ready() for operator in both))
    markers = [starts.marker() for _ in range(4)]
    code = CODE + "\n" + "# 🦀\n" * 14_000
    runs = [await own_namespace.start(code, args=[marker]) for marker in markers]
    for run in runs:
        done = await own_namespace.finished(run, within=180)
        assert (done.reason, done.output) == ("Completed", "once\n"), done
    assert [starts.of(marker) for marker in markers] == [1] * len(markers)
    await own_namespace.swept()


async def test_from_the_shell_with_a_list_of_namespaces(own_namespace: Namespace, operators: Operators) -> None:
    """`codeexec operator`, as a developer starts it; a namespace that is not in its list is left alone."""
    other = f"{own_namespace.name}-other"
    elsewhere = Namespace(other, own_namespace.kubectl.within(other))
    await own_namespace.kubectl.read("create", "namespace", other)
    await own_namespace.kubectl.read("label", "namespace", other, "codeexec.dev/test=true")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ("-m", "codeexec", "operator", "--verbose", "--namespaces", f" {own_namespace.name},", "--listen-port")
    operator = operators.launch(*words, str(port), CODEEXEC_IMAGES=operators.images, CODEEXEC_MAX_CONCURRENT="3")
    await operator.ready()
    left_alone = await elsewhere.start("print('never')")
    run = await own_namespace.run("print('mine')")
    assert (run.reason, run.output) == ("Completed", "mine\n"), run
    await never(elsewhere.sandboxes, "not in its list", during=3)
    assert not (await elsewhere.get(left_alone.name)).status.get("conditions")

    async def told() -> bool:
        return any(line["logger"] == "codeexec.audit" for line in operator.lines())

    await until(told, "the line of audit")
    lines = operator.lines()
    (audit,) = (line for line in lines if line["logger"] == "codeexec.audit")
    assert (audit["execution"], audit["reason"]) == (run.name, "Completed")
    assert audit["code_sha256"] == hashlib.sha256(b"print('mine')").hexdigest()
    steps = [line["step"] for line in lines if line["message"] == "step" and line["uid"] == run.uid]
    wanted = ["CreateSandbox", "Claim", "Deliver", "Finish", "DeleteSandbox"]
    assert [step for step in steps if step in wanted] == wanted, "verbose tells every step"
    text = await asyncio.to_thread(_fetch, port, "/metrics")
    assert 'codeexec_runs_total{language="python",reason="Completed"} 1.0' in text
    assert await asyncio.to_thread(_fetch, port, "/readyz") == "ok\n"
    assert await operator.stop() == 0
    await own_namespace.kubectl.read("delete", "namespace", other, "--wait=false")


def _fetch(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as reply:
        return str(reply.read().decode())


async def test_quiet_when_there_is_nothing_to_do(own_namespace: Namespace, operators: Operators) -> None:
    """A finished run is left alone: no write, however long the operator watches it."""
    operators.start(own_namespace.name)
    run = await own_namespace.run("print()")
    await own_namespace.swept()
    version = (await own_namespace.get(run.name)).meta["resourceVersion"]

    async def touched() -> bool:
        return json.dumps((await own_namespace.get(run.name)).meta["resourceVersion"]) != json.dumps(version)

    await never(touched, "nothing is written", during=4)
