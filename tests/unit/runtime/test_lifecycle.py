"""Runs from apply to verdict, through the real reconciler, in a world without trouble."""

from collections.abc import Iterator

import pytest

from tests.unit.runtime.world import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def test_a_program_is_run_once_and_its_output_is_in_status(world: World) -> None:
    world.start_operator()
    uid = world.apply("hello")
    world.settle()
    status = world.status(uid)
    assert (status.reason, status.success, status.exit_code) == ("Completed", True, 0)
    assert status.output == world.execution(uid)["spec"]["code"]
    assert world.node.starts == {uid: 1}
    world.check_settled()
