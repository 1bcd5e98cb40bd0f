"""Regular expressions of a policy's author."""

import pytest

from codeexec.validation.patterns import MAX_HITS, InvalidPattern, Patterns


def found(patterns: list[str], text: str) -> list[tuple[int, str]]:
    raw = text.encode()
    return [(hit.pattern, raw[hit.start : hit.end].decode()) for hit in Patterns(patterns).hits(raw)]


def test_each_pattern_finds_its_own() -> None:
    assert found(["a+", "none", "ü."], "caat üb") == [(0, "aa"), (2, "üb")]


def test_none_find_nothing() -> None:
    assert found([], "anything") == []


@pytest.mark.parametrize(
    ("pattern", "message", "position"),
    [
        ("ab(", "missing )", 0),
        ("a(?=x)", "invalid perl operator", 1),
        ("ab[z-a]", "invalid character class range", 3),
        ("x{2000}", "invalid repetition size", 1),
        (r"(a)\1", "invalid escape sequence", 3),
    ],
)
def test_what_re2_does_not_take_is_told_with_its_place(pattern: str, message: str, position: int) -> None:
    with pytest.raises(InvalidPattern) as caught:
        Patterns(["fine", pattern])
    assert (caught.value.message, caught.value.position) == (message, position)
    assert repr(pattern) in str(caught.value)


def test_a_pattern_that_would_be_slow_is_refused() -> None:
    with pytest.raises(InvalidPattern, match="too large"):
        Patterns(["(x{100}){10}" * 2])


def test_hits_of_one_pattern_are_bounded() -> None:
    assert len(found(["(?s)a.*b|a"], "a" * 10_000)) == MAX_HITS


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", r"^(\w+\s?)*$", r"\s+$"])
def test_patterns_that_stall_others_do_not(pattern: str) -> None:
    assert list(Patterns([pattern]).hits(b"a" * 50_000 + b" " * 50_000 + b"!")) == []
