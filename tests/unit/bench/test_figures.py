"""The arithmetic that figures in the documentation rest on."""

import pytest

from bench.figures import percentile, ratios, summary
from bench.plan import rounds


def test_percentiles_are_samples_that_were_measured() -> None:
    samples = [float(number) for number in range(1, 101)]
    assert [percentile(samples[::-1], percent) for percent in (50, 90, 99, 100)] == [50, 90, 99, 100]
    assert percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0], 99) == 3.0
    assert percentile([7.0], 1) == 7.0


def test_no_samples_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 50)


def test_summary_of_a_skewed_list() -> None:
    found = summary([1.0] * 9 + [11.0])
    assert (found.n, found.p50, found.p90, found.p99, found.mean, found.least, found.most) == (10, 1, 1, 11, 2, 1, 11)


def test_a_ratio_compares_within_a_round_only() -> None:
    """The second round was three times slower for both: the ratio does not move."""
    ours = {0: [1.0, 1.2, 0.8], 1: [3.0, 3.6, 2.4], 2: [1.0]}
    theirs = {0: [4.0], 1: [12.0]}
    assert ratios(ours, theirs) == [4.0, 4.0]


def test_rounds_hold_every_sample_and_mix_variants() -> None:
    plan = rounds({"a": 31, "b": 10, "c": 10, "none": 0})
    assert len(plan) == 10
    assert {variant: sum(order.count(variant) for order in plan) for variant in "abc"} == {"a": 31, "b": 10, "c": 10}
    assert all({"a", "b", "c"} == set(order) for order in plan)


def test_rounds_begin_at_another_place_each() -> None:
    first, second, third, fourth = (order[0] for order in rounds({"a": 4, "b": 4, "c": 4}))
    assert {first, second, third} == {"a", "b", "c"}
    assert fourth == first


def test_nothing_wanted_gives_no_rounds() -> None:
    assert rounds({}) == []
