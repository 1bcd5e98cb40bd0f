"""Lines out of chunks: the one way both watches and attach streams are cut, whatever their frames look like."""

from collections.abc import Iterator


class LineTooLongError(ValueError):
    """A line grew beyond the limit; the rest of the stream cannot be trusted to be in step."""


class LineSplitter:
    """Collects chunks of bytes and hands out complete lines, without their newline.

    Cuts at the byte 0x0A only, which never occurs inside a UTF-8 character, so a chunk may end anywhere.
    """

    def __init__(self, limit: int) -> None:
        """`limit`: the longest line accepted, bytes without the newline."""
        self._limit = limit
        self._parts: list[bytes] = []
        self._held = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Every line that `chunk` completes, in order. Raises LineTooLongError after the last good one."""
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            self._hold(end)
            line = b"".join(self._parts)
            self._parts, self._held = [], 0
            yield line
        self._hold(rest)

    def _hold(self, part: bytes) -> None:
        self._held += len(part)
        if self._held > self._limit:
            raise LineTooLongError(f"a line is longer than {self._limit:,} bytes")
        if part:
            self._parts.append(part)
