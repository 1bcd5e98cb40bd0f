"""The operator is killed before and after each of its writes, and in the middle of handing over the job.

The writes of an undisturbed run are counted first, so that a write that is added later is tried too. Whenever it dies,
the program is started once, and the user gets the verdict as if nothing had been.
"""

from typing import Any

import pytest

from tests.unit.runtime.fake_cluster import Fault
from tests.unit.runtime.world import Operator, World

KINDS: dict[str, dict[str, Any]] = {
    "hello": {},
    "batch": {
        "batch": [{"name": "a"}, {"name": "b", "stdin": "x"}],
        "access": {"filesystem": True, "network": True},
        "artifacts": ["*.bin"],
    },
}


def begin(world: World, kind: str) -> str:
    """The uid of a new run."""
    if kind == "batch":
        world.allow(allowFileSystemAccess=True, allowNetworkAccess=True)
        world.node.files = {"large.bin": bytes(range(256)) * 100}
    return world.apply("hello", **KINDS[kind])


def undisturbed(kind: str) -> list[tuple[str, int]]:
    world = World()
    world.start_operator()
    begin(world, kind)
    world.settle()
    world.close()
    writes = [attempt.split(": ")[1] for attempt in world.cluster.attempts]
    NAMES.update({(kind, number): f"{kind}-{number}-{what}" for number, what in enumerate(writes, start=1)})
    return [(kind, number) for number in range(1, len(writes) + 1)]


NAMES: dict[tuple[str, int], str] = {}
WRITES = [write for kind in KINDS for write in undisturbed(kind)]
at_every_write = pytest.mark.parametrize(("kind", "number"), WRITES, ids=[NAMES[write] for write in WRITES])
of_every_kind = pytest.mark.parametrize("kind", KINDS)


def die_at(operator: Operator, number: int, when: str) -> None:
    """Kills it at its write `number` (from 1), "before" or "after" that."""

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, when):
            operator.crash()

    operator.api.on_write = on_write


def finish(world: World, kind: str, uid: str) -> None:
    world.settle(world.check)
    status = world.status(uid)
    assert (status.reason, status.exit_code) == ("Completed", 0)
    code = world.execution(uid)["spec"]["code"]
    if kind == "hello":
        assert status.output == code
    else:
        assert [(item.name, item.reason, item.output) for item in status.batch] == [
            ("a", "Completed", code),
            ("b", "Completed", code),
        ]
        assert [(file.item, file.path, file.missing) for file in status.artifacts] == [
            ("a", "large.bin", None),
            ("b", "large.bin", None),
        ]
    assert world.node.starts == {uid: 1}
    world.check_settled()


@pytest.mark.parametrize("when", ["before", "after"])
@at_every_write
def test_killed_at_a_write(world: World, kind: str, number: int, when: str) -> None:
    die_at(world.start_operator(), number, when)
    uid = begin(world, kind)
    while world.alive:
        world.calm()
    finish(world, kind, uid)


@pytest.mark.parametrize("first", ["before", "after"])
@at_every_write
@pytest.mark.parametrize("again", range(1, 4))
def test_killed_again_right_after_the_restart(world: World, kind: str, number: int, first: str, again: int) -> None:
    die_at(world.start_operator(), number, first)
    uid = begin(world, kind)
    while world.alive:
        world.calm()
    die_at(world.start_operator(), again, "after")
    for _ in range(20):
        world.calm()
    finish(world, kind, uid)


@of_every_kind
def test_killed_half_way_in_the_job(world: World, kind: str) -> None:
    """Half a job starts nothing: the runner gives up, and another sandbox is used."""
    operator = world.start_operator()
    operator.api.on_job = operator.crash
    uid = begin(world, kind)
    while world.alive:
        world.calm()
    finish(world, kind, uid)
    assert world.status(uid).sandbox.attempt == 1


@of_every_kind
@pytest.mark.parametrize("steps", range(10))
def test_killed_while_the_program_runs(world: World, kind: str, steps: int) -> None:
    """The job has been sent; `steps` things happened since. The log tells the next operator what came of it."""
    operator = world.start_operator()
    uid = begin(world, kind)
    while not any(container.stdin.endswith(b"\n") for container in world.node.containers.values()):
        world.calm()
    for _ in range(steps):
        for container in list(world.node.containers.values()):
            world.node.step(container)
        world.loop.advance()
    operator.crash()
    world.node.everything_once()
    finish(world, kind, uid)
    assert world.status(uid).sandbox.attempt == 0


@pytest.mark.parametrize("fault", Fault)
@at_every_write
def test_a_write_goes_wrong(world: World, kind: str, number: int, fault: Fault) -> None:
    operator = world.start_operator()

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, "before"):
            world.cluster.faults.append(fault)

    operator.api.on_write = on_write
    uid = begin(world, kind)
    for _ in range(20):
        world.calm()
        world.loop.advance(0.2)
    finish(world, kind, uid)


@at_every_write
def test_a_write_of_the_dead_arrives_late(world: World, kind: str, number: int) -> None:
    """Killed with a request on its way; it arrives when the next operator is at work, or done."""
    operator = world.start_operator()

    def on_write(this: int, moment: str) -> None:
        if (this, moment) == (number, "before"):
            world.cluster.faults.append(Fault.SLOW_TO_ARRIVE)

    operator.api.on_write = on_write
    uid = begin(world, kind)
    while not world.cluster.held:
        world.calm()
    operator.crash()
    world.loop.advance()
    assert world.cluster.zombies
    world.cluster.held.clear()
    world.start_operator()
    world.calm(number)
    world.land()
    finish(world, kind, uid)
