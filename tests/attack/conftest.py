"""The installed operator, and one campaign of all attacks that were chosen, with their controls."""

import pytest

from tests.attack.attack import Attack
from tests.attack.campaign import Campaign, campaign
from tests.harness.fixtures import kubectl, scale, sweep, system
from tests.harness.kubectl import Kubectl

__all__ = ["kubectl", "system"]


@pytest.fixture(scope="session")
def seen(kubectl: Kubectl, system: Kubectl, request: pytest.FixtureRequest) -> Campaign:
    """What the witnesses saw."""
    scale(system, 1)
    sweep(kubectl)
    sides = dict[str, list[Attack]]()
    for item in request.session.items:
        callspec = getattr(item, "callspec", None)
        attack = callspec.params.get("attack") if callspec else None
        if isinstance(item, pytest.Function) and isinstance(attack, Attack):
            sides.setdefault(item.originalname, []).append(attack)
    attacks, controls = sides.get("test_fails", []), sides.get("test_works_without_its_defence", [])
    return campaign(kubectl, system, attacks, controls)
