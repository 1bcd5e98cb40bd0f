"""A verdict counts only when the sandbox was proved to have no network."""

import json

from tests.harness.namespaces import STANDING, Namespace, allow_all


async def test_the_standing_policy_is_there_and_the_result_is_trusted(own_namespace: Namespace) -> None:
    run = await own_namespace.run("print('trusted')")
    assert (run.reason, run.output) == ("Completed", "trusted\n"), run
    found = json.loads(await own_namespace.kubectl.read("get", "networkpolicy", STANDING, "-o", "json"))
    assert found["spec"] == {
        "podSelector": {"matchLabels": {"codeexec.dev/sandbox": "true"}},
        "policyTypes": ["Ingress", "Egress"],
    }


async def test_another_policy_that_allows_all_is_noticed_from_inside(own_namespace: Namespace) -> None:
    """Policies add up: the standing one is untouched, and isolates nothing any more."""
    await own_namespace.apply(allow_all("open-house"))
    run = await own_namespace.run("print('secret')")
    assert (run.phase, run.reason) == ("Failed", "NetworkNotIsolated"), run
    assert "secret" not in json.dumps(run.status), "a result that is not trusted is not shown"
    assert "NetworkPolicies" in run.message
    await own_namespace.kubectl.read("delete", "networkpolicy", "open-house")
    again = await own_namespace.run("print('trusted')")
    assert again.reason == "Completed", again


async def test_the_standing_policy_replaced_by_one_that_allows_all(replaced: tuple[Namespace, str]) -> None:
    """The operator waits 120 s for somebody to put it right, and runs nothing meanwhile."""
    namespace, name = replaced
    run = await namespace.finished(name, within=240)
    assert (run.phase, run.reason) == ("Failed", "NetworkNotIsolated"), run
    assert "secret" not in json.dumps(run.status)
