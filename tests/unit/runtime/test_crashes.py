"""The operator is killed before and after each of its writes, and in the middle of handing over the job.

The writes of an undisturbed run are counted first, so that a write that is added later is tried too. Whenever it dies,
the program is started once, and the user gets the verdict as if nothing had been.
"""

import pytest

from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.world import Operator, World


def undisturbed() -> list[str]:
    world = World()
    world.start_operator()
    world.apply("hello")
    world.settle()
    world.close()
    return [attempt.split(": ")[1] for attempt in world.cluster.attempts]


WRITES = undisturbed()


def die_at(operator: Operator, number: int, when: str) -> None:
    """Kills it at its write `number` (from 1), "before" or "after" that."""

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, when):
            operator.crash()

    operator.api.on_write = on_write


def finish(world: World, uid: str) -> None:
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.exit_code) == ("Completed", 0)
    assert status.output == world.execution(uid)["spec"]["code"]
    assert world.node.starts == {uid: 1}
    world.check_settled()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, len(WRITES) + 1), ids=lambda number: f"{number}-{WRITES[number - 1]}")
def test_killed_at_a_write(world: World, number: int, when: str) -> None:
    die_at(world.start_operator(), number, when)
    uid = world.apply("hello")
    while world.alive:
        world.calm()
    finish(world, uid)


@pytest.mark.parametrize("first", ["before", "after"])
@pytest.mark.parametrize("number", range(1, len(WRITES) + 1), ids=lambda number: f"{number}-{WRITES[number - 1]}")
@pytest.mark.parametrize("again", range(1, 4))
def test_killed_again_right_after_the_restart(world: World, number: int, first: str, again: int) -> None:
    die_at(world.start_operator(), number, first)
    uid = world.apply("hello")
    while world.alive:
        world.calm()
    die_at(world.start_operator(), again, "after")
    for _ in range(20):
        world.calm()
    finish(world, uid)


def test_killed_half_way_in_the_job(world: World) -> None:
    """Half a job starts nothing: the runner gives up, and another sandbox is used."""
    operator = world.start_operator()
    operator.api.on_job = operator.crash
    uid = world.apply("hello")
    while world.alive:
        world.calm()
    finish(world, uid)
    assert world.status(uid).sandbox.attempt == 1


@pytest.mark.parametrize("steps", range(6))
def test_killed_while_the_program_runs(world: World, steps: int) -> None:
    """The job has been sent; `steps` things happened since. The log tells the next operator what came of it."""
    operator = world.start_operator()
    uid = world.apply("hello")
    while not any(container.stdin.endswith(b"\n") for container in world.node.containers.values()):
        world.calm()
    for _ in range(steps):
        for container in list(world.node.containers.values()):
            world.node.step(container)
        world.loop.advance()
    operator.crash()
    world.node.everything_once()
    finish(world, uid)
    assert world.status(uid).sandbox.attempt == 0


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("number", range(1, len(WRITES) + 1), ids=lambda number: f"{number}-{WRITES[number - 1]}")
def test_a_write_goes_wrong(world: World, number: int, fault: Fault) -> None:
    operator = world.start_operator()

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, "before"):
            world.cluster.faults.append(fault)

    operator.api.on_write = on_write
    uid = world.apply("hello")
    for _ in range(20):
        world.calm()
        world.loop.advance(0.2)
    finish(world, uid)


@pytest.mark.parametrize("number", range(1, len(WRITES) + 1), ids=lambda number: f"{number}-{WRITES[number - 1]}")
def test_a_write_of_the_dead_arrives_late(world: World, number: int) -> None:
    """Killed with a request on its way; it arrives when the next operator is at work, or done."""
    operator = world.start_operator()

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, "before"):
            world.cluster.faults.append(Fault.SLOW_TO_ARRIVE)

    operator.api.on_write = on_write
    uid = world.apply("hello")
    while not world.cluster.held:
        world.calm()
    operator.crash()
    world.loop.advance()
    assert world.cluster.zombies
    world.cluster.held.clear()
    world.start_operator()
    world.calm(number)
    world.land()
    finish(world, uid)
