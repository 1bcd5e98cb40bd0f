"""One world a test."""

from collections.abc import Iterator

import pytest

from tests.unit.runtime.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """Without an operator, until the test starts one."""
    made = World()
    yield made
    assert not made.cluster.violations
    made.close()
