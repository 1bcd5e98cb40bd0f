"""Percentiles and ratios. Nearest rank: every figure that is printed is one that was measured."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

Figures = dict[str, float | int]


@dataclass(frozen=True, slots=True)
class Summary:
    """Of one list of samples, in the unit of the samples."""

    n: int
    p50: float
    p90: float
    p99: float
    mean: float
    least: float
    most: float

    def figures(self) -> Figures:
        return {name: round(value, 6) for name, value in asdict(self).items()}


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least `percent` of all samples do not exceed."""
    if not samples:
        raise ValueError("no samples, no percentile")
    rank = max(1, math.ceil(percent / 100 * len(samples)))
    return sorted(samples)[rank - 1]


def summary(samples: Sequence[float]) -> Summary:
    return Summary(
        n=len(samples),
        p50=percentile(samples, 50),
        p90=percentile(samples, 90),
        p99=percentile(samples, 99),
        mean=statistics.fmean(samples),
        least=min(samples),
        most=max(samples),
    )


def ratios(ours: Mapping[int, Sequence[float]], theirs: Mapping[int, Sequence[float]]) -> list[float]:
    """How many times as long theirs took, one figure a round: median against median of the same round.

    Samples of one round are seconds apart, so a machine that is slow for a while is slow for both.
    """
    return [
        statistics.median(theirs[number]) / statistics.median(ours[number])
        for number in sorted(ours.keys() & theirs.keys())
    ]
