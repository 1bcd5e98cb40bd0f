"""Messages between the pool and a worker, as pure functions over bytes.

A frame is `length of the body (u32) | kind (u8) | number (u64) | body`, big-endian. The number is chosen for each
request and comes back with its answer, so that what an earlier request left in the pipe is never taken for the answer
to a later one. What a worker writes is not believed: a length or a kind that cannot be is a `BadFrame`, and there is no
way to find the next frame after one.
"""

import struct
from enum import IntEnum
from typing import NamedTuple

_HEADER = struct.Struct(">IBQ")
_REQUEST = struct.Struct(">HI")
_NOT_SENT = 0xFFFF_FFFF
"""In place of the length of a policy that the worker has already."""
HEADER_BYTES = _HEADER.size


class Kind(IntEnum):
    READY = 1
    """Worker to pool, once, number 0: the handler is loaded."""
    REQUEST = 2
    """Pool to worker: a packed `Request`."""
    ANSWER = 3
    """Worker to pool: what the handler returned."""
    TOO_COMPLEX = 4
    """Worker to pool: the handler gave up by itself; the body says why, in UTF-8."""
    FAILED = 5
    """Worker to pool: the handler raised; the body says what, in UTF-8."""


class Frame(NamedTuple):
    kind: Kind
    number: int
    body: bytes


class Request(NamedTuple):
    key: bytes
    """Name of the policy, at most 65,535 bytes."""
    policy: bytes | None
    """The policy itself; None where the worker has it from an earlier request."""
    body: bytes


class BadFrame(ValueError):  # noqa: N818  # reads as a fact where it is caught
    """What arrived is not a frame; the connection is of no more use."""


def pack(kind: Kind, number: int, body: bytes = b"") -> bytes:
    return _HEADER.pack(len(body), kind, number) + body


def pack_request(request: Request) -> bytes:
    """The body of a REQUEST."""
    length = _NOT_SENT if request.policy is None else len(request.policy)
    return b"".join((_REQUEST.pack(len(request.key), length), request.key, request.policy or b"", request.body))


def unpack_request(body: bytes) -> Request:
    """Raises BadFrame."""
    if len(body) < _REQUEST.size:
        raise BadFrame(f"a request of {len(body)} bytes")
    key_bytes, policy_bytes = _REQUEST.unpack_from(body)
    key_end = _REQUEST.size + key_bytes
    policy_end = key_end + (0 if policy_bytes == _NOT_SENT else policy_bytes)
    if policy_end > len(body):
        raise BadFrame(f"a request of {len(body)} bytes, {policy_end} of them key and policy")
    policy = None if policy_bytes == _NOT_SENT else body[key_end:policy_end]
    return Request(body[_REQUEST.size : key_end], policy, body[policy_end:])


class Splitter:
    """Cuts a stream into frames; holds at most one frame that is not complete."""

    def __init__(self, body_limit: int) -> None:
        self._body_limit = body_limit
        self._data = bytearray()

    @property
    def rest(self) -> int:
        """Bytes of a frame that has begun and not ended."""
        return len(self._data)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes. Raises BadFrame; then nothing of `data` counts."""
        self._data += data
        frames = []
        start = 0
        while len(self._data) - start >= HEADER_BYTES:
            length, kind, number = _HEADER.unpack_from(self._data, start)
            if length > self._body_limit:
                raise BadFrame(f"a frame of {length:,} bytes; at most {self._body_limit:,} are taken")
            if kind not in _KINDS:
                raise BadFrame(f"a frame of kind {kind}")
            end = start + HEADER_BYTES + length
            if end > len(self._data):
                break
            with memoryview(self._data) as view:  # megabytes are copied once
                frames.append(Frame(Kind(kind), number, bytes(view[start + HEADER_BYTES : end])))
            start = end
        del self._data[:start]
        return frames


_KINDS = frozenset(Kind)
