"""Who is served when: order, bounds, callers who leave, workers that are replaced, policies that are sent once."""

import asyncio
from pathlib import Path

import pytest

from codeexec.validation.outcomes import TooComplex, Unanswered, Unavailable
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import MIB
from tests.unit.validation.pools import KEY, Gate, answered, ask, outcome, pool_of, running, until


async def occupied(pool: ValidatorPool, gate: Gate) -> "asyncio.Task[bytes | Unanswered]":
    """One worker stands at the gate from here on."""
    task = asyncio.create_task(outcome(pool, gate.request))
    await until(gate.begun, "a worker has begun")
    return task


async def test_requests_are_served_in_the_order_they_came(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "gate")
    order: list[int] = []

    async def one(number: int) -> None:
        await ask(pool, "echo")
        order.append(number)

    async with pool_of(1) as pool:
        first = await occupied(pool, gate)
        tasks = []
        for number in range(20):
            tasks.append(asyncio.create_task(one(number)))
            await until(lambda: pool.waiting == len(tasks), "it waits")
        await gate.open()
        await asyncio.gather(first, *tasks)
    assert order == list(range(20))


async def test_nobody_who_comes_late_is_served_first() -> None:
    """Also when a worker becomes free in the very moment somebody asks."""
    order: list[str] = []

    async def client(name: str) -> None:
        for turn in range(5):
            await ask(pool, "echo")
            order.append(f"{turn}{name}")

    async with pool_of(1) as pool:
        await asyncio.gather(*map(client, "abcd"))
    assert [entry[0] for entry in order] == sorted(entry[0] for entry in order)


async def test_workers_work_side_by_side(tmp_path: Path) -> None:
    gates = [Gate(tmp_path, name) for name in "ab"]
    async with pool_of(2) as pool:
        tasks = [await occupied(pool, gate) for gate in gates]
        for gate in gates:
            await gate.open()
        assert await asyncio.gather(*tasks) == [b"waited", b"waited"]


async def test_a_full_queue_turns_away_at_once(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "gate")
    async with pool_of(1, waiting=3) as pool:
        first = await occupied(pool, gate)
        waiting = [asyncio.create_task(outcome(pool, "echo")) for _ in range(3)]
        await until(lambda: pool.waiting == 3, "the queue is full")
        with pytest.raises(Unavailable, match="3 programs wait"):
            await ask(pool, "echo")
        await gate.open()
        assert not any(isinstance(end, Unanswered) for end in await asyncio.gather(first, *waiting))
        assert await ask(pool, "echo")


async def test_who_waits_too_long_is_turned_away_and_not_served_later(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "gate")
    async with pool_of(1, wait_seconds=0.05) as pool:
        while isinstance(await outcome(pool, "echo"), Unavailable):  # the first worker has yet to start
            pass
        first = await occupied(pool, gate)
        with pytest.raises(Unavailable, match="others came first"):
            await ask(pool, "echo")
        assert pool.waiting == 0
        await gate.open()
        assert await first == b"waited"
        assert pool.figures.longest_seconds > 0


async def test_a_caller_who_leaves_the_queue_frees_its_place(tmp_path: Path) -> None:
    gate, unwanted = Gate(tmp_path, "gate"), Gate(tmp_path, "unwanted")
    async with pool_of(1, waiting=2) as pool:
        first = await occupied(pool, gate)
        leaving = asyncio.create_task(outcome(pool, unwanted.request))
        staying = asyncio.create_task(outcome(pool, "echo"))
        await until(lambda: pool.waiting == 2, "both wait")
        leaving.cancel()
        await until(lambda: pool.waiting == 1, "one has left")
        another = asyncio.create_task(outcome(pool, "echo"))
        await gate.open()
        assert not any(isinstance(end, Unanswered) for end in await asyncio.gather(first, staying, another))
        assert leaving.cancelled()
        assert not unwanted.begun()


async def test_a_caller_who_leaves_during_the_check_leaves_a_worker_that_finishes_first(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "gate")
    async with pool_of(1) as pool:
        pid = await ask(pool, "pid")
        leaving = await occupied(pool, gate)
        leaving.cancel()
        await asyncio.wait([leaving])
        after = asyncio.create_task(ask(pool, "echo mine"))
        await until(lambda: pool.waiting == 1, "it waits for the worker")
        await gate.open()
        assert (await after).startswith(b"mine")
        assert await ask(pool, "pid") == pid


async def test_a_caller_who_leaves_a_hang_leaves_no_worker_occupied() -> None:
    async with pool_of(1, hard_seconds=0.5) as pool:
        pid = await answered(pool, "pid")
        leaving = asyncio.create_task(ask(pool, "hang"))
        await until(lambda: pool.idle == 0, "it has begun")
        leaving.cancel()
        assert await answered(pool, "pid") != pid
        assert pool.figures.too_complex >= 1


async def test_a_killed_worker_is_replaced_at_once_without_a_request() -> None:
    async with pool_of(2) as pool:
        await until(lambda: pool.idle == 2, "both are ready")
        with pytest.raises(TooComplex):
            await ask(pool, "crash")
        await until(lambda: pool.idle == 2, "both are ready again")
        assert pool.figures.workers_started == 3


async def test_a_worker_is_replaced_after_so_many_requests() -> None:
    async with pool_of(1, requests=5) as pool:
        pids = [await ask(pool, "pid") for _ in range(11)]
    assert [len({*pids[:5]}), len({*pids[5:10]}), len({*pids})] == [1, 1, 3]
    assert pool.figures.too_complex == pool.figures.failed == 0


async def test_a_worker_that_has_grown_is_replaced() -> None:
    async with pool_of(1, resident_bytes=64 * MIB) as pool:
        pid = await ask(pool, "pid")
        assert await ask(pool, "pid") == pid
        assert await ask(pool, "grow 80") == b"grown"
        assert await ask(pool, "pid") != pid
        await until(lambda: not running(int(pid)), "the old one is gone")


async def test_a_policy_is_sent_once_to_each_worker() -> None:
    """Seen by sending another one under the same name: the worker goes by the first."""
    async with pool_of(1, requests=4) as pool:
        assert await ask(pool, "policy", KEY, b"first") == b"first"
        assert await ask(pool, "policy", KEY, b"second") == b"first"
        assert await ask(pool, "policy", PolicyKey(KEY.uid, 2), b"third") == b"third"
        assert await ask(pool, "policy", KEY, b"fourth") == b"first"
        assert await ask(pool, "policy", KEY, b"fifth") == b"fifth"  # by a new worker


async def test_a_worker_forgets_the_policy_that_was_longest_not_used() -> None:
    a, b, c = (PolicyKey(name, 1) for name in "abc")
    async with pool_of(1, policies=2) as pool:
        for key, policy, used in [
            (a, b"a1", b"a1"),
            (b, b"b1", b"b1"),
            (a, b"a2", b"a1"),
            (c, b"c1", b"c1"),
            (a, b"a3", b"a1"),
            (b, b"b2", b"b2"),
            (c, b"c2", b"c2"),
        ]:
            assert await ask(pool, "policy", key, policy) == used


async def test_policies_stay_in_step_over_requests_that_fail() -> None:
    async with pool_of(1) as pool:
        assert isinstance(await outcome(pool, "error x"), Unanswered)
        assert await ask(pool, "policy", KEY, b"second") == b"a policy"
        assert isinstance(await outcome(pool, "crash"), Unanswered)
        assert await ask(pool, "policy", KEY, b"third") == b"third"


async def test_remembered_answers_are_bounded_in_number_and_bytes() -> None:
    async with pool_of(1, cached_answers=3, cached_bytes=10_000) as pool:

        async def remembered(request: bytes) -> bool:
            before = pool.figures.remembered
            await pool.check(request, key=KEY, policy=b"")
            return pool.figures.remembered > before

        for number in b"1", b"2", b"3", b"4":
            assert not await remembered(b"echo " + number)
        assert [await remembered(b"echo " + number) for number in (b"4", b"3", b"2", b"1")] == [True, True, True, False]
        assert not await remembered(b"big 6000")
        assert not await remembered(b"big 6001")
        assert not await remembered(b"big 6000")
        assert not await remembered(b"big 20000")
        assert not await remembered(b"big 20000")
