"""Output as text: hostile bytes in, valid and bounded strings out, and each byte accounted for."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.domain.output import (
    ETCD_BYTES,
    STATUS_BUDGET,
    Text,
    assemble,
    bounded,
    fit,
    other_bytes,
    room_beside,
    stored_bytes,
)
from codeexec.domain.reader import KEEP_BYTES
from codeexec.domain.record import Captured
from codeexec.models.status import MAX_OUTPUT_CHARS
from tests.unit.models.structural import stored

FACE = "\N{GRINNING FACE}".encode()
GAP = re.compile(r"\n\[\.\.\. ([\d,]+) bytes left out \.\.\.\]\n")


def text(*chunks: tuple[int, bytes], total: int | None = None) -> Text:
    captured = Captured(chunks)
    return assemble(captured, captured.seen if total is None else total)


@pytest.mark.parametrize(
    ("chunks", "total", "expected", "left_out"),
    [
        ([], 0, "", 0),
        ([(0, b"hello\n")], 6, "hello\n", 0),
        ([(0, b"hel"), (3, b"lo")], 5, "hello", 0),
        ([(3, b"lo"), (0, b"hel")], 5, "hello", 0),
        ([(0, b"hello"), (0, b"hello"), (2, b"ll")], 5, "hello", 0),
        ([(0, b"head"), (10, b"tail")], 14, "head\n[... 6 bytes left out ...]\ntail", 6),
        ([(10, b"tail")], 14, "\n[... 10 bytes left out ...]\ntail", 10),
        ([(0, b"head")], 1004, "head\n[... 1,000 bytes left out ...]\n", 1000),
        ([], 7, "\n[... 7 bytes left out ...]\n", 7),
        ([(0, b"a\0b")], 3, "a\0b", 0),
        ([(0, b"a\xffb")], 3, "a\N{REPLACEMENT CHARACTER}b", 0),
        # Offsets and bytes that are there are believed over a total that is too small.
        ([(0, b"hello")], 2, "hello", 0),
    ],
)
def test_assemble(chunks: list[tuple[int, bytes]], total: int, expected: str, left_out: int) -> None:
    assert text(*chunks, total=total) == Text(expected, left_out)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_character_that_is_cut_is_left_out_whole(cut: int) -> None:
    """The head ends within one face, the tail begins within another: neither shows as rubbish."""
    head, tail = b"ab" + FACE[:cut], FACE[cut:] + b"yz"
    found = text((0, head), (100, tail))
    assert found.text == f"ab\n[... {100 - 2 + 4 - cut} bytes left out ...]\nyz"
    assert found.left_out == 100 + len(tail) - 4


def test_a_whole_character_at_the_cut_stays() -> None:
    found = text((0, b"ab" + FACE), (100, FACE + b"yz"))
    assert found.text.startswith("ab\N{GRINNING FACE}\n")
    assert found.text.endswith("\n\N{GRINNING FACE}yz")


def test_half_a_character_that_the_program_itself_ended_with_shows() -> None:
    assert text((0, b"ab" + FACE[:2])).text == "ab\N{REPLACEMENT CHARACTER}"


@given(
    st.lists(st.tuples(st.integers(0, 60), st.binary(max_size=20)), max_size=6),
    st.integers(0, 100),
)
def test_the_result_is_text_and_every_gap_is_named(chunks: list[tuple[int, bytes]], total: int) -> None:
    found = text(*chunks, total=total)
    found.text.encode()
    assert orjson.loads(orjson.dumps(found.text)) == found.text
    assert sum(int(size.replace(",", "")) for size in GAP.findall(found.text)) >= found.left_out
    covered = {at + offset for at, data in chunks for offset in range(len(data))}
    whole = max(total, max((at + len(data) for at, data in chunks), default=0))
    assert found.left_out >= whole - len(covered)
    assert found.left_out <= whole


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="[]"), max_size=60), st.data())
def test_each_byte_is_in_the_text_or_counted(original: str, data: st.DataObject) -> None:
    raw = original.encode()
    head = data.draw(st.integers(0, len(raw)))
    tail = data.draw(st.integers(head, len(raw)))
    found = text((0, raw[:head]), (tail, raw[tail:]), total=len(raw))
    assert len(GAP.sub("", found.text).encode()) + found.left_out == len(raw)


@pytest.mark.parametrize(
    "character", ["x", "<", "\0", "\x1f", '"', "\\", "\n", "é", "\u2028", "\N{GRINNING FACE}", "\x7f"]
)
def test_a_stored_size_is_never_underestimated(character: str) -> None:
    assert stored_bytes(character * 100) >= stored(character * 100)


@pytest.mark.parametrize(
    ("spec", "room"),
    [("", STATUS_BUDGET), ("<" * 102_400, STATUS_BUDGET), ("x" * 1_200_000, 249_998), ("<" * 262_144, 4)],
    ids=["nothing", "most code", "much stdin", "more than there is room for"],
)
def test_the_room_for_output_depends_on_what_else_is_stored(spec: str, room: int) -> None:
    assert room_beside(spec) == room
    assert room == 4 or stored_bytes(spec) + room < ETCD_BYTES


@pytest.mark.parametrize("character", ["x", "<", "\0", "\n", "\N{GRINNING FACE}", "\N{REPLACEMENT CHARACTER}"])
def test_the_worst_output_fits(character: str) -> None:
    raw = Text(character * KEEP_BYTES, 0)
    for stdout, stderr in ((raw, raw), (raw, Text("", 0)), (Text("short", 0), raw)):
        fitted = fit(stdout, stderr)
        assert sum(stored_bytes(one.text) for one in fitted) <= STATUS_BUDGET
        for one, before in zip(fitted, (stdout, stderr), strict=True):
            assert len(one.text) <= MAX_OUTPUT_CHARS
            kept = len(GAP.sub("", one.text).encode())
            assert kept + one.left_out == len(before.text.encode())


def test_the_smaller_stream_stays_whole() -> None:
    small = Text("why it failed\n" * 100, 0)
    _, stderr = fit(Text("<" * 120_000, 0), small)
    assert stderr == small


def test_what_was_left_out_before_is_still_counted() -> None:
    stdout, _ = fit(Text("x" * 1000, 500), Text("", 0), budget=600)
    kept = len(GAP.sub("", stdout.text))
    assert stdout.left_out == 500 + 1000 - kept
    assert fit(Text("<" * 1000, 500), Text("", 0), budget=2)[0] == Text("", 1500)


@given(st.text(max_size=300), st.text(max_size=300), st.integers(4, 2000))
def test_any_text_fits_any_budget(stdout: str, stderr: str, budget: int) -> None:
    fitted = fit(Text(stdout, 0), Text(stderr, 0), budget)
    assert sum(stored_bytes(one.text) for one in fitted) <= budget
    for one, before in zip(fitted, (stdout, stderr), strict=True):
        assert one.text == before or one.left_out > 0


def test_the_more_a_status_holds_besides_the_less_room_is_for_output() -> None:
    spec = "x" * 1_000_000
    for items, artifacts in ((0, False), (100, False), (100, True)):
        other = other_bytes(items, artifacts=artifacts)
        assert room_beside(spec, other) == ETCD_BYTES - other - stored_bytes(spec)
    assert other_bytes(0, artifacts=False) < other_bytes(1, artifacts=False) < other_bytes(1, artifacts=True)


@given(st.text(), st.integers(20, 200))
def test_a_message_is_bounded_as_it_is_stored(message: str, limit: int) -> None:
    found = bounded(message * 3, limit)
    assert stored(found) - 2 <= limit
    whole = (message * 3).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    assert found == whole or (found.endswith("...") and whole.startswith(found[:-3]))
    if stored(whole) - 2 <= limit:
        assert found == whole


@pytest.mark.parametrize("character", ["x", "<", "\x01", '"', "\N{GRINNING FACE}", "\ud800"])
def test_of_a_long_message_as_much_is_kept_as_there_is_room_for(character: str) -> None:
    found = bounded(character * 1_000_000, 4000)
    assert 3900 < stored(found) - 2 <= 4000
    found.encode()
