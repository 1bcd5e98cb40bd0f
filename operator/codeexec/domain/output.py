"""Program output as text that fits into a status: hostile bytes in, valid and bounded strings out."""

from dataclasses import dataclass

import orjson

from codeexec.domain.record import Captured
from codeexec.models.execution import MAX_OUTPUT_CHARS

STATUS_BUDGET = 524_288
"""Most bytes that both output fields may take together as stored JSON. etcd refuses a request above 1.5 MiB; the spec
may take 0.6 MiB of it (100 KB of code, each character escaped)."""

OBJECT_BYTES = 1_572_864
"""etcd's own limit of a request, and so of an object."""

VERDICT_BYTES = 102_400
"""More than a status takes without output, whatever its messages are made of."""

GAP_CHARS = 64
"""More than the line that names a gap has."""

ETCD_BYTES = 1_500_000
"""A little less than the 1.5 MiB that etcd takes."""
OTHER_STATUS_BYTES = 50_000
"""More than a status has besides output."""
_GO_ESCAPES = {b"<": 5, b">": 5, b"&": 5, "\u2028".encode(): 3, "\u2029".encode(): 3}
"""What Go's encoder writes as six bytes, and how many more that is than orjson's."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    left_out: int
    """Bytes of the program's output that are not in `text`."""


def stored_bytes(value: object) -> int:
    """Size of this in etcd: JSON as Go writes it, where <, > and & take six bytes each."""
    raw = orjson.dumps(value)
    return len(raw) + sum(raw.count(one) * more for one, more in _GO_ESCAPES.items())


def room_beside(rest: object) -> int:
    """Bytes that both output fields may take in an object that has this besides its status: a large stdin, say."""
    return max(min(STATUS_BUDGET, ETCD_BYTES - OTHER_STATUS_BYTES - stored_bytes(rest)), 4)


def object_bytes(obj: dict[str, object]) -> int:
    """Size of a whole object in etcd, likewise."""
    text = orjson.dumps(obj)
    return len(text) + 5 * sum(text.count(char) for char in (b"<", b">", b"&"))


def assemble(captured: Captured, total: int) -> Text:
    """Chunks in order of offset, gaps named in place. `total`: bytes the whole stream had."""
    runs: list[tuple[int, bytearray]] = []
    for at, data in sorted(captured.chunks):
        end = runs[-1][0] + len(runs[-1][1]) if runs else 0
        if at > end or not runs:
            runs.append((at, bytearray(data)))
        else:
            runs[-1][1].extend(data[end - at :])
    total = max(total, captured.seen)
    text, position, left_out = "", 0, 0
    for at, run in runs:
        end = at + len(run)
        whole = bytes(run) if at == 0 else _after_cut(bytes(run))
        begin = end - len(whole)
        whole = whole if end == total else _before_cut(whole)
        if not whole:
            continue
        text += _gap(begin - position) if begin > position else ""
        text += whole.decode("utf-8", "replace")
        left_out += begin - position
        position = begin + len(whole)
    if total > position:
        text += _gap(total - position)
        left_out += total - position
    return Text(text, left_out)


def fit(stdout: Text, stderr: Text, budget: int = STATUS_BUDGET) -> tuple[Text, Text]:
    """Both within `budget` bytes as stored, and within what the schema takes; the larger one gives way first."""
    sizes = stored_bytes(stdout.text), stored_bytes(stderr.text)
    half = budget // 2
    return (
        _shrink(stdout, max(half, budget - sizes[1])),
        _shrink(stderr, max(half, budget - sizes[0])),
    )


def _shrink(text: Text, budget: int) -> Text:
    """Head and tail of it. What is dropped is counted as UTF-8: for bytes that were none, an estimate."""
    whole, short = text.text, text
    keep = len(whole)
    while keep and (stored_bytes(short.text) > budget or len(short.text) > MAX_OUTPUT_CHARS):
        keep = min(keep * 9 // 10, MAX_OUTPUT_CHARS - GAP_CHARS, keep * budget // stored_bytes(short.text))
        head, tail = whole[: keep // 2], whole[len(whole) - keep // 2 :]
        dropped = len(whole[keep // 2 : len(whole) - keep // 2].encode())
        short = Text(f"{head}{_gap(dropped)}{tail}" if keep else "", text.left_out + dropped)
    return short


def _gap(size: int) -> str:
    return f"\n[... {size:,} bytes left out ...]\n"


def _before_cut(data: bytes) -> bytes:
    """Without the first bytes of a character that the cut took the rest of."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            whole = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[:-back] if whole > back else data
    return data


def _after_cut(data: bytes) -> bytes:
    """Without the last bytes of a character that the cut took the beginning of."""
    start = 0
    while start < min(3, len(data)) and data[start] & 0xC0 == 0x80:
        start += 1
    return data[start:]
