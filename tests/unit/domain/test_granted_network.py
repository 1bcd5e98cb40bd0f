"""The right to the network is not the right to the cluster, not even for a moment."""

import pytest

from codeexec.domain.job import job
from codeexec.domain.policy import BUILT_IN
from codeexec.domain.verdict import judge
from codeexec.models.reasons import Reason
from tests.unit.domain.examples import LIMITS, execution, record, result

NETWORK = execution(access={"network": True})


def test_it_starts_when_the_cluster_is_out_of_reach() -> None:
    """A fresh Pod reaches everything for a moment; a program with sockets would use it."""
    assert job(NETWORK, LIMITS, BUILT_IN)["gate"] == "first"
    assert job(execution(), LIMITS, BUILT_IN)["gate"] == "join"


def test_what_is_reported_is_the_grant() -> None:
    found = judge(NETWORK, result(network="shut"), record(), LIMITS)
    assert found.isolation
    assert (found.isolation.network, found.reason) == ("Granted", Reason.COMPLETED)


@pytest.mark.parametrize("network", ["open", "unknown", "off"])
def test_no_result_counts_without_the_proof(network: str) -> None:
    found = judge(NETWORK, result(network=network), record(), LIMITS)
    assert found.isolation
    assert (found.isolation.network, found.reason) == ("NotProved", Reason.NETWORK_NOT_ISOLATED)
