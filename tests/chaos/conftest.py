"""Operators of the test's own, from the shell, in place of the installed one, which rests meanwhile.

They have its service account's rights and watch one namespace each.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.fixtures import kubectl, own_namespace, scale, setting, starts, sweep, system
from tests.harness.kubectl import Kubectl
from tests.harness.operators import Operators, own_kubeconfig
from tests.harness.surroundings import environment

__all__ = ["kubectl", "own_namespace", "starts", "system"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Last, so that the installed operator rests only when nobody else needs it."""
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def at_rest(kubectl: Kubectl, system: Kubectl) -> Iterator[None]:
    """No operator but the test's own. Should the suite be killed, the next one of either kind repairs it."""
    sweep(kubectl)
    scale(system, 0)
    try:
        yield
    finally:
        scale(system, 1)


@pytest.fixture(scope="session")
def kubeconfig(kubectl: Kubectl, system: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert system.namespace
    return own_kubeconfig(kubectl, tmp_path_factory.mktemp("operator"))


@pytest.fixture
def operators(at_rest: None, system: Kubectl, kubeconfig: Path, tmp_path: Path) -> Iterator[Operators]:  # noqa: ARG001
    images = setting(system, "CODEEXEC_IMAGES")
    made = Operators({**environment(), "KUBECONFIG": str(kubeconfig)}, images, tmp_path)
    try:
        yield made
    finally:
        made.end()
