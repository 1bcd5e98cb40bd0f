"""The witness that the other tests of this suite call upon tells the truth."""

from tests.harness.namespaces import Namespace
from tests.harness.operators import Operators
from tests.harness.runs import policy, python
from tests.harness.starts import Starts


async def test_it_counts_one_for_a_plain_run_and_more_when_there_are_more(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    once, twice, refused, unused = (starts.marker() for _ in range(4))
    operators.start(own_namespace.name)
    code = "import time; time.sleep(2)"
    names = ("once", "first", "second", "refused")
    specs: list[dict[str, object]] = [{}, {}, {}, {"timeoutSeconds": 3600}]
    markers = (once, twice, twice, refused)
    await own_namespace.apply(
        *(python(code, name=n, args=[m], **s) for n, m, s in zip(names, markers, specs, strict=True))
    )
    for name in names:
        await own_namespace.finished(name)
    assert [starts.of(marker) for marker in (once, twice, refused, unused)] == [1, 2, 0, 0]
    assert [starts.alive(marker) for marker in (once, twice)] == [0, 0]


async def test_it_sees_a_second_start_within_one_sandbox(
    own_namespace: Namespace, operators: Operators, starts: Starts
) -> None:
    """Were a runner ever to start its program again, it would be counted: here the program starts itself again."""
    marker = starts.marker()
    operators.start(own_namespace.name)
    code = """
        import os, sys, time
        time.sleep(1.5)
        if "again" not in sys.argv and os.fork() == 0:
            os.execv("/usr/bin/python3", ["/usr/bin/python3", "-u", "main.py", sys.argv[1], "again"])
        time.sleep(2)
    """
    allowed = policy()
    allowed["spec"]["validation"] = {"allowExternalCommands": True}
    await own_namespace.apply(allowed)
    await own_namespace.run(code, args=[marker], access={"commands": True})
    assert starts.of(marker) == 2
