"""A cluster with the operator in it, as `make deploy` leaves it. Everything here is done and seen through kubectl."""

from collections.abc import Iterator

import pytest

from tests.harness.fixtures import (
    bare_namespace,
    kubectl,
    namespace,
    new_namespace,
    own_namespace,
    scale,
    starts,
    sweep,
    system,
)
from tests.harness.kubectl import Kubectl
from tests.harness.namespaces import STANDING, Namespace, allow_all
from tests.harness.runs import python

__all__ = ["bare_namespace", "kubectl", "namespace", "own_namespace", "starts", "system"]


@pytest.fixture(scope="session", autouse=True)
def operator(kubectl: Kubectl, system: Kubectl, request: pytest.FixtureRequest) -> None:
    """Runs, also when an aborted run of the chaos suite had put it to rest."""
    scale(system, 1)
    sweep(kubectl)
    if any("replaced" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("replaced")  # first of all, for it takes two minutes; the others need not wait for it


@pytest.fixture(scope="session")
def replaced(kubectl: Kubectl) -> Iterator[tuple[Namespace, str]]:
    """A namespace in which somebody has replaced the standing NetworkPolicy before the first run, and that run."""
    with new_namespace(kubectl, "replaced") as made:
        run = python("print('secret')")
        for obj in (allow_all(STANDING), run):
            made.kubectl.read_now("apply", "-f", "-", stdin=obj)
        yield made, run["metadata"]["name"]
