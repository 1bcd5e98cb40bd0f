"""The installed operator, and one campaign of all attacks that were chosen, with their controls."""

from collections.abc import Iterator

import pytest

from tests.attack.attack import Attack
from tests.attack.campaign import Campaign, campaign
from tests.harness.fixtures import kubectl, scale, sweep, system
from tests.harness.kubectl import Kubectl

__all__ = ["kubectl", "system"]


@pytest.fixture(scope="session")
def seen(kubectl: Kubectl, system: Kubectl, request: pytest.FixtureRequest) -> Iterator[Campaign]:
    """What the witnesses saw."""
    scale(system, 1)
    sweep(kubectl)
    chosen = dict[str, Attack]()
    for item in request.session.items:
        for attack in getattr(getattr(item, "callspec", None), "params", {}).values():
            if isinstance(attack, Attack):
                chosen[attack.id] = attack
    with campaign(kubectl, system, list(chosen.values())) as made:
        yield made
