"""The API server restarted in mid run."""

import pytest

from tests.harness.kubectl import Kubectl
from tests.harness.namespaces import Namespace
from tests.harness.nodes import healthy, stop_api_server
from tests.harness.operators import Operators
from tests.harness.starts import Starts


@pytest.mark.parametrize("seconds", [2, 25], ids=["ends while it is away", "ends when it is back"])
async def test_restarted_in_mid_run(
    own_namespace: Namespace, operators: Operators, starts: Starts, kubectl: Kubectl, seconds: int
) -> None:
    marker = starts.marker()
    operator = operators.start(own_namespace.name)
    code = f"import time; print('begun', flush=True); time.sleep({seconds}); print('done')"
    started = await own_namespace.start(code, args=[marker], timeoutSeconds=120)
    await starts.running(marker)
    await stop_api_server(kubectl)
    await healthy(kubectl)
    run = await own_namespace.finished(started, within=180)
    assert (run.reason, run.output) == ("Completed", "begun\ndone\n"), run
    assert starts.of(marker) == 1
    assert operator.process.poll() is None, "the operator lived through it"
    await own_namespace.swept()
    after = await own_namespace.run("print('and goes on')", within=120)
    assert after.output == "and goes on\n", after
