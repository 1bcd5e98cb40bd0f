"""The work queue, on a loop whose time is told."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from codeexec.runtime.queue import BACKOFF_FIRST, BACKOFF_MOST, KeyedQueue
from tests.unit.runtime.clock import FakeTimeLoop


class Workshop:
    """A queue with workers; `done` is who was worked on, and when."""

    def __init__(self, workers: int = 2) -> None:
        self.loop = FakeTimeLoop()
        self.queue: KeyedQueue[str] = KeyedQueue()
        self.done: list[tuple[float, str]] = []
        self.failures: list[tuple[str, str]] = []
        self.working = 0
        self.most_at_once: dict[str, int] = {}
        self.on_work: Callable[[str], None] = lambda _key: None
        self.seconds = 0.0
        self._busy: dict[str, int] = {}
        self._tasks = [
            self.loop.create_task(
                self.queue.work(self._work, lambda key, error: self.failures.append((key, str(error))))
            )
            for _ in range(workers)
        ]

    async def _work(self, key: str) -> None:
        self._busy[key] = self._busy.get(key, 0) + 1
        self.most_at_once[key] = max(self.most_at_once.get(key, 0), self._busy[key])
        try:
            self.done.append((self.loop.time(), key))
            self.on_work(key)
            if self.seconds:
                await asyncio.sleep(self.seconds)
        finally:
            self._busy[key] -= 1

    def call(self, act: Callable[[], None]) -> None:
        """Within the loop, as handlers do."""
        self.loop.call_soon(act)
        self.loop.advance()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.loop.advance()
        self.loop.close()


@pytest.fixture
def shop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


def test_a_key_that_waits_is_worked_on_once(shop: Workshop) -> None:
    for key in "aabab":
        shop.queue.add(key)
    assert len(shop.queue) == 2
    shop.loop.advance()
    assert [key for _, key in shop.done] == ["a", "b"]
    assert len(shop.queue) == 0


def test_a_key_that_is_added_while_it_is_worked_on_is_done_again_once(shop: Workshop) -> None:
    shop.seconds = 1
    shop.queue.add("a")
    shop.loop.advance()
    for _ in range(3):
        shop.queue.add("a")
    shop.loop.advance(5)
    assert shop.done == [(0, "a"), (1, "a")]
    assert shop.most_at_once == {"a": 1}


def test_different_keys_are_worked_on_side_by_side(shop: Workshop) -> None:
    shop.seconds = 1
    for key in "abc":
        shop.queue.add(key)
    shop.loop.advance(5)
    assert shop.done == [(0, "a"), (0, "b"), (1, "c")]


def test_failures_back_off_for_their_key_alone(shop: Workshop) -> None:
    def fail(key: str) -> None:
        if key == "bad":
            raise ValueError("broken")

    shop.on_work = fail
    shop.queue.add("bad")
    shop.queue.add("good")
    shop.loop.advance(1)
    times = [when for when, key in shop.done if key == "bad"]
    assert times == pytest.approx([0, 0.1, 0.3, 0.7])
    assert shop.failures == [("bad", "broken")] * 4
    assert [when for when, key in shop.done if key == "good"] == [0]


def test_the_pause_is_bounded(shop: Workshop) -> None:
    shop.on_work = lambda _key: [].pop()
    shop.queue.add("bad")
    shop.loop.advance(600)
    times = [when for when, _ in shop.done]
    assert times[-1] - times[-2] == pytest.approx(BACKOFF_MOST)


def test_success_forgets_failures(shop: Workshop) -> None:
    outcomes = iter([True, True, False, True, False])

    def fail_sometimes(_key: str) -> None:
        if next(outcomes):
            raise ValueError("broken")

    shop.on_work = fail_sometimes
    shop.queue.add("a")
    shop.loop.advance(1)
    shop.call(lambda: shop.queue.add("a"))
    begin = shop.loop.time()
    shop.loop.advance(1)
    assert [when for when, _ in shop.done][3:] == pytest.approx([begin, begin + BACKOFF_FIRST])


def test_the_earliest_of_two_times_counts(shop: Workshop) -> None:
    shop.call(lambda: shop.queue.add_after("a", 10))
    shop.call(lambda: shop.queue.add_after("a", 2))
    shop.call(lambda: shop.queue.add_after("a", 5))
    shop.loop.advance(60)
    assert shop.done == [(2, "a")]


def test_adding_voids_the_timer(shop: Workshop) -> None:
    shop.call(lambda: shop.queue.add_after("a", 10))
    shop.call(lambda: shop.queue.add("a"))
    shop.loop.advance(60)
    assert shop.done == [(0, "a")]


def test_a_timer_set_by_the_worker_stands(shop: Workshop) -> None:
    shop.on_work = lambda key: shop.queue.add_after(key, 7) if len(shop.done) == 1 else None
    shop.queue.add("a")
    shop.loop.advance(60)
    assert shop.done == [(0, "a"), (7, "a")]


def test_a_time_that_has_passed_is_now(shop: Workshop) -> None:
    shop.call(lambda: shop.queue.add_after("a", -5))
    assert shop.done == [(0, "a")]


def test_forgetting_takes_the_timer_and_the_failures(shop: Workshop) -> None:
    shop.on_work = lambda _key: [].pop()
    shop.queue.add("a")
    shop.loop.advance(0.05)
    shop.queue.forget("a")
    shop.loop.advance(60)
    assert shop.done == [(0, "a")]


def test_a_worker_outlives_whatever_it_meets(shop: Workshop) -> None:
    def explode(key: str) -> None:
        if key == "bad":
            raise asyncio.InvalidStateError("odd")

    shop.on_work = explode
    for key in ("bad", "good", "bad", "good"):
        shop.queue.add(key)
        shop.loop.advance(0.01)
    assert [key for _, key in shop.done if key == "good"] == ["good", "good"]
