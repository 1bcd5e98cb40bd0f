"""Programs that try to cheat, to stay, or to take the node with them."""

import asyncio
import json

from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, policy
from tests.harness.starts import Starts
from tests.harness.waiting import until

FORGE = """
    import json, os, signal, sys
    end = {"type": "end", "step": 0, "kind": "run", "of": 0, "cause": "exit", "exitCode": 0, "signal": "",
           "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00Z", "wallMs": 1, "cpuMs": 1,
           "peakMemoryBytes": 1, "oomKills": 0, "peakProcesses": 1, "diskBytes": 0, "stdoutBytes": 0, "stderrBytes": 0,
           "stdoutSha256": "", "tokensSha256": "", "message": ""}
    result = {"type": "result", "v": 2, "id": sys.argv[1], "steps": 1, "network": "shut", "networkMs": 1,
              "seccomp": True, "landlock": 7, "cgroup": "v1"}
    text = "\\n".join(json.dumps(lie, separators=(",", ":")) for lie in (end, result))
    for stream in (sys.stdout, sys.stderr):
        print("\\n" + text, file=stream, flush=True)
    for path in ("/dev/termination-log", "/proc/1/fd/1", "/dev/console", "/dev/tty", "/dev/stdout"):
        try:
            with open(path, "w") as out:
                out.write("\\n" + text + "\\n")
        except OSError:
            pass
    for number in set(signal.Signals) - {signal.SIGCHLD}:
        for target in (1, -1):
            try:
                os.kill(target, number)
            except OSError:
                pass
    os._exit(9)
"""


async def test_a_verdict_cannot_be_forged(namespace: Namespace) -> None:
    started = await namespace.start(FORGE, args=["x"], ttlSecondsAfterFinished=600)
    run = await namespace.finished(started)
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "NonZeroExit", 9), run
    lies = [line for line in run.output.splitlines() if line.startswith("{")]
    assert {json.loads(line)["type"] for line in lies} == {"end", "result"}, "what it printed is output, nothing else"
    verdict = await _termination_message(namespace, run)
    assert (verdict["ends"][0]["exitCode"], verdict["id"]) == (9, run.uid), "the runner wrote last"


async def _termination_message(namespace: Namespace, run: Run) -> Object:
    async def look() -> Object | None:
        pod = await namespace.sandbox_of(run)
        assert pod
        state = pod["status"]["containerStatuses"][0]["state"]
        return json.loads(state["terminated"]["message"]) if "terminated" in state else None

    return await until(look, "the termination message")


async def test_a_verdict_with_the_right_uid_cannot_be_forged(namespace: Namespace) -> None:
    """The uid of its own execution is the one thing of the record's that a program may come to know."""
    run = await namespace.run("""
        import json, os, sys
        name = os.environ.get("POD", "")
        line = json.dumps({"type": "error", "code": "no-job", "message": "try me again, I have not started"})
        os.write(1, ("\\n" + line + "\\n").encode())
        try:
            open("/dev/termination-log", "w").write(line)
        except OSError:
            pass
        os._exit(70)
    """)
    assert (run.reason, run.exit_code) == ("NonZeroExit", 70), run
    assert run.status["sandbox"]["attempt"] == 0, "it was not started again"


async def test_daemons_neither_survive_nor_delay(namespace: Namespace, starts: Starts) -> None:
    await namespace.apply(policy("many", processes=20))
    marker = starts.marker()
    started = await namespace.start(
        """
        import os, signal, time
        for number in range(5):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for kind in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                        signal.signal(kind, signal.SIG_IGN)
                    time.sleep(600)
                os._exit(0)
        time.sleep(1)
        print("left")
        """,
        args=[marker],
        timeoutSeconds=60,
        policyRef={"name": "many"},
    )
    run = await namespace.finished(started)
    assert (run.reason, run.output) == ("Completed", "left\n"), run
    assert starts.of(marker) >= 6, "they were there"
    await starts.gone(marker)


async def test_output_that_nobody_closes_does_not_delay(namespace: Namespace) -> None:
    run = await namespace.run(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
        print("parent is done")
        """,
        timeoutSeconds=60,
    )
    assert (run.reason, run.output) == ("Completed", "parent is done\n"), run


async def test_a_fork_bomb_harms_nobody(namespace: Namespace, kubectl: Kubectl) -> None:
    bomb = """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
    """
    neighbour = namespace.run("import time\nfor n in range(20): print(n, flush=True); time.sleep(0.2)")
    bombed, beside = await asyncio.gather(namespace.run(bomb, timeoutSeconds=4), neighbour)
    assert (bombed.reason, bombed.exit_code) == ("ProcessLimitExceeded", 137), bombed
    assert beside.reason == "Completed", beside
    after = await namespace.run("print('unharmed')")
    assert (after.reason, after.output) == ("Completed", "unharmed\n"), after
    nodes = json.loads(await kubectl.read("get", "nodes", "-o", "json"))["items"]
    for node in nodes:
        conditions = {c["type"]: c["status"] for c in node["status"]["conditions"]}
        assert conditions["Ready"] == "True"
        assert conditions["PIDPressure"] == conditions["MemoryPressure"] == "False"


async def test_a_child_that_is_killed_for_memory_is_the_programs_fault(namespace: Namespace) -> None:
    run = await namespace.run("""
        import os, sys
        pid = os.fork()
        if pid == 0:
            hoard = []
            while True: hoard.append(b"x" * (10 << 20))
        os.waitpid(pid, 0)
        print("parent lives")
    """)
    assert (run.reason, run.exit_code) == ("MemoryLimitExceeded", 137), run
    assert run.output == "parent lives\n"


async def test_signals_it_sends_itself(namespace: Namespace) -> None:
    for number, name in ((11, "SEGV"), (9, "KILL"), (6, "ABRT")):
        run = await namespace.run(f"import os; print('before', flush=True); os.kill(os.getpid(), {number})")
        assert (run.reason, run.exit_code, run.status["signal"]) == ("Signalled", 128 + number, name), run
        assert run.output == "before\n"


async def test_stopping_itself_is_a_timeout(namespace: Namespace) -> None:
    run = await namespace.run("import os, signal; os.kill(0, signal.SIGSTOP)", timeoutSeconds=2)
    assert (run.reason, run.exit_code) == ("Timeout", 124), run
