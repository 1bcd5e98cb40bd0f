"""Slots: how many at once, and first come, first served."""

from hypothesis import given
from hypothesis import strategies as st

from codeexec.runtime.slots import Slots


def test_as_many_as_there_are() -> None:
    slots: Slots[str] = Slots(2)
    for key in "ab":
        assert slots.free_for(key)
        slots.take(key)
    assert not slots.free_for("c")
    assert slots.free_for("a"), "who holds one may go on"
    assert (slots.held, slots.waiting) == (2, 0)


def test_first_come_first_served() -> None:
    slots: Slots[str] = Slots(1)
    slots.take("a")
    slots.wait("b")
    slots.wait("c")
    slots.wait("b")
    assert slots.waiting == 2
    assert slots.release("a") == ["b"]
    assert not slots.free_for("c")
    assert not slots.free_for("newcomer")
    assert slots.free_for("b")
    slots.take("b")
    assert (slots.held, slots.waiting) == (1, 1)
    assert slots.release("b") == ["c"]


def test_who_leaves_the_line_lets_the_next_go() -> None:
    slots: Slots[str] = Slots(1)
    slots.take("a")
    slots.wait("b")
    slots.wait("c")
    assert slots.release("b") == []
    assert slots.release("a") == ["c"]
    assert slots.free_for("c")


def test_all_who_fit_are_woken() -> None:
    slots: Slots[str] = Slots(3)
    for key in "abc":
        slots.take(key)
    for key in "def":
        slots.wait(key)
    slots.release("a")
    assert slots.release("b") == ["d", "e"]


def test_what_a_restart_found_is_counted_even_above_the_limit() -> None:
    slots: Slots[str] = Slots(1)
    slots.take("a")
    slots.take("b")
    slots.wait("c")
    assert slots.release("a") == []
    assert slots.release("b") == ["c"]


def test_giving_back_what_one_does_not_hold_is_nothing() -> None:
    slots: Slots[str] = Slots(1)
    assert slots.release("a") == []
    assert slots.free_for("a")


@given(st.lists(st.tuples(st.sampled_from(["ask", "release"]), st.sampled_from("abcdef"))), st.integers(1, 3))
def test_never_more_than_the_limit_and_nobody_is_forgotten(moves: list[tuple[str, str]], limit: int) -> None:
    slots: Slots[str] = Slots(limit)
    held: set[str] = set()
    waiting: set[str] = set()
    for move, key in moves:
        if move == "ask":
            woken = [key]
        else:
            woken = slots.release(key)
            held.discard(key)
            waiting.discard(key)
        for one in woken:
            if slots.free_for(one):
                slots.take(one)
                held.add(one)
                waiting.discard(one)
            else:
                slots.wait(one)
                waiting.add(one)
        assert len(held) == slots.held <= limit
        assert len(waiting) == slots.waiting
        assert not waiting or len(held) == limit, "nobody waits while a slot is free"
