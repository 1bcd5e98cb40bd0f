"""Frames: what is packed comes out again however the pipe cuts it, and nothing else ever does."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeexec.validation.frames import (
    HEADER_BYTES,
    BadFrame,
    Frame,
    Kind,
    Request,
    Splitter,
    pack,
    pack_request,
    unpack_request,
)

LIMIT = 300
NUMBERS = st.integers(0, 2**64 - 1)
FRAMES = st.builds(Frame, st.sampled_from(Kind), NUMBERS, st.binary(max_size=LIMIT))
REQUESTS = st.builds(Request, st.binary(max_size=40), st.none() | st.binary(max_size=40), st.binary(max_size=40))


@given(st.lists(FRAMES, max_size=8), st.data())
def test_frames_survive_any_cut(frames: list[Frame], data: st.DataObject) -> None:
    stream = b"".join(pack(*frame) for frame in frames)
    splitter = Splitter(LIMIT)
    seen: list[Frame] = []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        seen += splitter.feed(stream[:cut])
        stream = stream[cut:]
    assert seen == frames
    assert splitter.rest == 0


@given(FRAMES, st.data())
def test_an_incomplete_frame_is_waited_for(frame: Frame, data: st.DataObject) -> None:
    packed = pack(*frame)
    cut = data.draw(st.integers(0, len(packed) - 1))
    splitter = Splitter(LIMIT)
    assert splitter.feed(packed[:cut]) == []
    assert splitter.rest == cut
    assert splitter.feed(packed[cut:]) == [frame]


@given(st.binary(max_size=2000), st.integers(1, 100))
def test_garbage_is_refused_or_held_within_bounds(garbage: bytes, step: int) -> None:
    splitter = Splitter(LIMIT)
    for start in range(0, len(garbage), step):
        try:
            frames = splitter.feed(garbage[start : start + step])
        except BadFrame:
            return
        assert all(len(frame.body) <= LIMIT for frame in frames)
        assert splitter.rest < HEADER_BYTES + LIMIT


@given(st.integers(LIMIT + 1, 2**32 - 1), st.sampled_from(Kind))
def test_a_frame_that_is_too_long_is_refused_by_its_header(length: int, kind: Kind) -> None:
    with pytest.raises(BadFrame, match="bytes"):
        Splitter(LIMIT).feed(struct.pack(">IBQ", length, kind, 1))


@given(st.integers(0, 255).filter(lambda kind: kind not in set(Kind)))
def test_a_kind_that_is_not_known_is_refused(kind: int) -> None:
    with pytest.raises(BadFrame, match="kind"):
        Splitter(LIMIT).feed(struct.pack(">IBQ", 0, kind, 1))


@given(REQUESTS)
def test_a_request_comes_back_as_it_was(request_: Request) -> None:
    assert unpack_request(pack_request(request_)) == request_


@given(REQUESTS, st.data())
def test_a_request_cut_within_its_policy_is_refused(request_: Request, data: st.DataObject) -> None:
    head = len(pack_request(request_)) - len(request_.body)
    with pytest.raises(BadFrame):
        unpack_request(pack_request(request_)[: data.draw(st.integers(0, head - 1))])


@given(st.binary(max_size=100))
def test_any_bytes_are_a_request_or_refused(body: bytes) -> None:
    try:
        request = unpack_request(body)
    except BadFrame:
        return
    assert pack_request(request) == body
