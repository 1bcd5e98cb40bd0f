"""In which order samples are taken: interleaved, so that drift of a noisy machine hits every variant alike."""

from collections.abc import Mapping, Sequence


def rounds(wanted: Mapping[str, int]) -> list[list[str]]:
    """As many rounds as the rarest variant has samples, each with its share of every variant.

    Within a round the variants are spread evenly, and every round begins at another place: no variant always
    follows the same one, whose clean-up may still be going on.
    """
    counts = {variant: count for variant, count in wanted.items() if count > 0}
    number = min(counts.values(), default=0)
    return [
        _rotated(_spread({variant: _share(count, number, at) for variant, count in counts.items()}), at)
        for at in range(number)
    ]


def _share(count: int, number: int, at: int) -> int:
    """Of `count` samples over `number` rounds, how many are in round `at`."""
    return count * (at + 1) // number - count * at // number


def _spread(shares: Mapping[str, int]) -> list[str]:
    places = [((index + 0.5) / share, variant) for variant, share in shares.items() for index in range(share)]
    return [variant for _, variant in sorted(places)]


def _rotated(order: Sequence[str], by: int) -> list[str]:
    start = by % len(order)
    return [*order[start:], *order[:start]]
