"""What becomes of a request, whatever its worker does: an answer, or one of three outcomes that are none."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from codeexec.validation.outcomes import Cause, Failed, TooComplex, Unanswered, Unavailable
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import MIB, Settings
from tests.unit.validation.pools import KEY, Gate, answered, ask, outcome, pool_of, running, until


def killed(pid: int) -> None:
    """Dead on return, and the event loop has not heard of it yet."""
    os.kill(pid, signal.SIGKILL)
    while running(pid):
        time.sleep(0.001)


@pytest.fixture
async def pool() -> AsyncIterator[ValidatorPool]:
    async with pool_of(1) as made:
        yield made


async def test_a_request_is_answered(pool: ValidatorPool) -> None:
    assert (await ask(pool, "echo hello")).startswith(b"hello")
    assert len(await ask(pool, "big 1000000")) == 1_000_000
    assert (await ask(pool, "echo " + "x" * 1_000_000)).startswith(b"xxx")
    assert pool.figures.workers_started == 1


@pytest.mark.parametrize(
    ("request_", "cause"),
    [
        ("crash", Cause.CRASH),
        (f"signal {signal.SIGKILL.value}", Cause.CRASH),
        (f"signal {signal.SIGABRT.value}", Cause.CRASH),
        ("eat 1000000", Cause.MEMORY),
        ("eat 100", Cause.MEMORY),
        ("deep", Cause.DEPTH),
    ],
)
async def test_a_program_that_breaks_its_worker_is_too_complex(
    pool: ValidatorPool, request_: str, cause: Cause
) -> None:
    with pytest.raises(TooComplex) as it:
        await ask(pool, request_)
    assert it.value.cause is cause
    assert await ask(pool, "echo next")
    assert pool.figures.too_complex == 1


@pytest.mark.parametrize("request_", ["leave 0", "leave 3", "exit", "error of ours", "nothing", "unheard-of"])
async def test_a_broken_check_has_failed(pool: ValidatorPool, request_: str) -> None:
    with pytest.raises(Failed):
        await ask(pool, request_)
    assert await ask(pool, "echo next")


async def test_the_message_of_an_error_arrives_and_is_bounded(pool: ValidatorPool) -> None:
    with pytest.raises(Failed, match="ValueError: of ours"):
        await ask(pool, "error of ours")
    with pytest.raises(Failed) as it:
        await ask(pool, "error " + "x" * 100_000)
    assert len(it.value.message) <= 1024
    assert pool.figures.workers_started == 1


@pytest.mark.parametrize(
    "request_",
    ["scribble xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "scribble \0\0\0\0\4\0\0\0\0\0\0\0\0", "forge", "big 5000000"],
)
async def test_nonsense_is_never_an_answer(pool: ValidatorPool, request_: str) -> None:
    with pytest.raises(Failed):
        await ask(pool, request_)
    assert await ask(pool, "echo next")


async def test_garbage_on_stdout_and_stderr_disturbs_nothing(
    pool: ValidatorPool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "codeexec.validation")
    assert await ask(pool, "chatter 1000") == b"said"
    assert await ask(pool, "chatter 1000") == b"said"
    assert await ask(pool, "echo next")
    assert "xxxxxx" in caplog.text
    assert pool.figures.workers_started == 1


async def test_a_flood_on_stderr_is_not_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "codeexec.validation")
    async with pool_of(1, hard_seconds=5.0) as pool:
        with pytest.raises(TooComplex):
            await ask(pool, "chatter 10000000")
        assert await answered(pool, "echo next")
    assert max(len(record.getMessage()) for record in caplog.records) < 5000


@pytest.mark.parametrize("request_", ["hang", "spin"])
async def test_a_hang_in_c_ends_within_the_hard_limit(request_: str) -> None:
    async with pool_of(2, soft_seconds=0.5, hard_seconds=Settings().hard_seconds) as pool:
        await answered(pool, "echo ready")
        refused = pool.figures.too_complex
        shortest = 60.0
        for _ in range(3):  # a busy machine may delay one or the other timer, not all of them
            pool.figures.longest_seconds = 0.0
            with pytest.raises(TooComplex) as it:
                await ask(pool, request_)
            assert it.value.cause is Cause.TIME
            assert pool.figures.longest_seconds >= 1.0
            shortest = min(shortest, pool.figures.longest_seconds)
        assert shortest <= 1.2
        assert pool.figures.too_complex == refused + 3
        assert await answered(pool, "echo next")


async def test_a_busy_machine_makes_no_program_too_complex() -> None:
    """It wants the processor and has not had its share of it when the hard limit comes: it is given more time."""
    async with pool_of(1, soft_seconds=1.0, hard_seconds=0.1) as pool:
        assert await ask(pool, "spin-for 0.4") == b"done"
    async with pool_of(1, soft_seconds=3600.0, hard_seconds=0.1, starved_seconds=0.3) as pool:
        with pytest.raises(Unavailable):
            await ask(pool, "spin")
        assert await ask(pool, "echo next")


async def test_a_handler_that_looks_at_the_soft_limit_keeps_its_worker() -> None:
    async with pool_of(1, soft_seconds=0.1) as pool:
        before = await ask(pool, "pid")
        with pytest.raises(TooComplex) as it:
            await ask(pool, "slow")
        assert it.value.cause is Cause.TIME
        assert await ask(pool, "pid") == before


async def test_a_worker_has_nothing_it_does_not_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEEXEC_SECRET", "x")
    held = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(held, True)  # noqa: FBT003  # its one way to be called
    try:
        async with pool_of(1, memory_bytes=Settings().memory_bytes) as pool:
            seen = json.loads(await ask(pool, "surroundings"))
    finally:
        os.close(held)
    limits = {name: soft for name, (soft, _) in seen["limits"].items()}
    assert limits.pop("CPU") > 0
    assert limits == {"AS": 512 * MIB, "CORE": 0, "FSIZE": 0, "NOFILE": 32, "NPROC": 0}
    assert set(seen["environment"]) <= {"LC_CTYPE"}  # Python's own
    kinds = [target.split(":")[0] for _, target in sorted(seen["descriptors"].items())]
    assert kinds == ["/dev/null", "pipe", "pipe", "pipe", "pipe"]
    assert seen["isolated"] == 1
    assert seen["session"]
    assert seen["folder"] == "/"


async def test_what_a_worker_has_started_dies_with_it() -> None:
    async with pool_of(1) as pool:
        try:
            children = [int(await ask(pool, "fork")), int(await ask(pool, "fork"))]
        except Failed as refused:
            pytest.skip(f"no process can be started in the first place: {refused}")
        assert all(map(running, children))
        with pytest.raises(TooComplex):
            await ask(pool, "crash")
        await until(lambda: not any(map(running, children)), "both are gone")
        last = int(await ask(pool, "fork"))
    await until(lambda: not running(last), "it is gone with the pool")


async def test_a_second_answer_is_never_taken_for_the_next_one(pool: ValidatorPool) -> None:
    for _ in range(5):
        twice = await outcome(pool, "twins")
        assert twice == b"twice" or isinstance(twice, Failed)
        after = await outcome(pool, "echo mine")
        assert isinstance(after, Failed) or after.startswith(b"mine")


async def test_an_idle_worker_that_dies_is_nobodys_fault(pool: ValidatorPool) -> None:
    for _ in range(5):
        pid = int(await ask(pool, "pid"))
        killed(pid)
        assert int(await ask(pool, "pid")) != pid
    assert pool.figures.too_complex == pool.figures.failed == 0


async def test_a_request_that_is_too_long_is_not_sent(pool: ValidatorPool) -> None:
    with pytest.raises(TooComplex) as it:
        await ask(pool, "echo " + "x" * 4 * MIB)
    assert it.value.cause is Cause.SIZE


@pytest.mark.parametrize("handler", ["no.such.module:handle", "pool_handlers:missing", "json"])
async def test_a_handler_that_is_not_there_is_unavailable_and_logged(
    handler: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with pool_of(1, handler=handler) as pool:
        with pytest.raises(Unavailable):
            await ask(pool, "echo")
        assert "does not start" in caplog.text
        assert "Error" in caplog.text
        await until(lambda: pool.figures.workers_unready > 1, "it is tried again")


async def test_a_closed_pool_leaves_nobody_waiting_and_no_process(tmp_path: Path) -> None:
    gate = Gate(tmp_path, "never")
    async with pool_of(2) as pool:
        pids = {int(await ask(pool, "pid")) for _ in range(4)}
        at_work = asyncio.ensure_future(outcome(pool, gate.request))
        await until(gate.begun, "a worker has begun")
        others = [asyncio.ensure_future(outcome(pool, Gate(tmp_path, str(n)).request)) for n in range(5)]
        await until(lambda: pool.waiting == 4, "they wait")
    ends = await asyncio.gather(at_work, *others)
    assert [type(end) for end in ends] == [Unavailable] * 6
    assert not any(map(running, pids))
    with pytest.raises(Unavailable):
        await ask(pool, "echo late")


def test_no_outcome_can_be_mistaken_for_an_answer() -> None:
    assert {kind.__mro__[1] for kind in (TooComplex, Failed, Unavailable)} == {Unanswered}
    assert issubclass(Unanswered, Exception)


async def test_an_answer_is_remembered_for_its_content_and_policy(pool: ValidatorPool) -> None:
    first = await pool.check(b"pid", key=KEY, policy=b"")
    killed(int(first))
    assert await pool.check(b"pid", key=KEY, policy=b"") == first
    assert await pool.check(b"pid", key=PolicyKey(KEY.uid, KEY.generation + 1), policy=b"") != first
    assert await pool.check(b"pid ", key=KEY, policy=b"") != first
    assert pool.figures.remembered == 1


async def test_what_was_no_answer_is_asked_again(pool: ValidatorPool) -> None:
    for _ in range(2):
        with pytest.raises(TooComplex):
            await pool.check(b"crash", key=KEY, policy=b"")
    assert pool.figures.remembered == 0
    assert pool.figures.workers_started >= 2
