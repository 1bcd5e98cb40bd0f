"""What is remembered, against a model: a list from oldest to newest."""

from hypothesis import given
from hypothesis import strategies as st

from codeexec.validation.recent import Recent

KEYS = st.integers(0, 6)
STEPS = st.lists(st.tuples(KEYS, st.none() | st.binary(max_size=6)), max_size=60)


@given(STEPS, st.integers(1, 5), st.integers(0, 15))
def test_it_keeps_what_was_used_last_within_both_bounds(
    steps: list[tuple[int, bytes | None]], entries: int, total: int
) -> None:
    recent: Recent[int, bytes] = Recent(entries, total, len)
    model: list[tuple[int, bytes]] = []
    for key, value in steps:
        found = dict(model).get(key)
        model = [item for item in model if item[0] != key]
        if value is None:
            assert recent.get(key) == found
            value = found
        else:
            recent.put(key, value)
        if value is not None:
            model.append((key, value))
        while len(model) > entries or sum(len(item) for _, item in model) > total:
            model.pop(0)
        assert len(recent) == len(model)
        assert recent.used == sum(len(item) for _, item in model) <= total


@given(STEPS, st.integers(1, 5))
def test_two_that_are_told_the_same_hold_the_same_keys(steps: list[tuple[int, bytes | None]], entries: int) -> None:
    """As pool and worker do with policies: one keeps names, the other the policies themselves."""
    names: Recent[int, bool] = Recent(entries)
    policies: Recent[int, bytes] = Recent(entries)
    for key, _ in steps:
        sent = names.get(key) is None
        names.put(key, True)  # noqa: FBT003
        if sent:
            assert policies.get(key) is None
            policies.put(key, b"policy")
        else:
            assert policies.get(key) == b"policy"
