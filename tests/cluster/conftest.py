"""A cluster with the operator in it, as `make deploy` leaves it. Everything here is done and seen through kubectl."""

import pytest

from tests.harness.fixtures import kubectl, namespace, own_namespace, scale, starts, sweep, system
from tests.harness.kubectl import Kubectl

__all__ = ["kubectl", "namespace", "own_namespace", "starts", "system"]


@pytest.fixture(scope="session", autouse=True)
def operator(kubectl: Kubectl, system: Kubectl) -> None:
    """Runs, also when an aborted run of the chaos suite had put it to rest."""
    scale(system, 1)
    sweep(kubectl)
