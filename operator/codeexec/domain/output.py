"""Program output as text that fits into a status: hostile bytes in, valid and bounded strings out."""

from dataclasses import dataclass, field

import orjson

from codeexec.domain.record import Captured
from codeexec.models.status import MAX_OUTPUT_CHARS

STATUS_BUDGET = 524_288
"""Most bytes that both output fields may take together as stored JSON; less where the spec leaves less (`room_beside`):
etcd refuses a request above 1.5 MiB."""

GAP_CHARS = 64
"""More than the line that names a gap has."""

ETCD_BYTES = 1_500_000
"""A little less than the 1.5 MiB that etcd takes."""
OTHER_STATUS_BYTES = 50_000
"""More than a status has besides output, items and artifacts."""
ITEM_STATUS_BYTES = 2_000
"""More than an item of a batch adds to it besides output."""
ARTIFACTS_STATUS_BYTES = 180_000
"""More than artifacts add to it: each byte of a small one may take six."""
MESSAGE_BYTES = 4000
ITEM_MESSAGE_BYTES = 800
_GO_ESCAPES = {b"<": 5, b">": 5, b"&": 5, "\u2028".encode(): 3, "\u2029".encode(): 3}
"""What Go's encoder writes as six bytes, and how many more that is than orjson's."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    left_out: int
    """Bytes of the program's output that are not in `text`."""
    gaps: tuple[tuple[int, int], ...] = field(default=(), compare=False)
    """Where in `text` a gap is named, and how many bytes it is of."""


def stored_bytes(value: object) -> int:
    """Size of this in etcd: JSON as Go writes it, where <, > and & take six bytes each."""
    raw = orjson.dumps(value)
    return len(raw) + sum(raw.count(one) * more for one, more in _GO_ESCAPES.items())


def bounded(message: str, limit: int = MESSAGE_BYTES) -> str:
    """Its beginning, at most `limit` bytes as stored, fit for any field: no NUL and no half characters, which the API
    server would not take."""
    message = message.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    short, keep = message, len(message)
    while (size := stored_bytes(short) - len('""')) > limit:
        keep = min(keep * limit // size, keep - 1, limit)
        short = message[: keep - len("...")] + "..."
    return short


def other_bytes(items: int, *, artifacts: bool) -> int:
    """More than a status of so many items has besides output."""
    return OTHER_STATUS_BYTES + ITEM_STATUS_BYTES * items + (ARTIFACTS_STATUS_BYTES if artifacts else 0)


def room_beside(rest: object, other: int = OTHER_STATUS_BYTES) -> int:
    """Bytes that all output may take in an object that has this besides its status: a large stdin, say."""
    return max(min(STATUS_BUDGET, ETCD_BYTES - other - stored_bytes(rest)), 4)


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
    text, position = "", 0
    gaps: list[tuple[int, int]] = []
    for at, run in runs:
        end = at + len(run)
        whole = bytes(run) if at == 0 else _after_cut(bytes(run))
        begin = end - len(whole)
        whole = whole if end == total else _before_cut(whole)
        if not whole:
            continue
        if begin > position:
            gaps.append((len(text), begin - position))
            text += _gap(begin - position)
        text += whole.decode("utf-8", "replace")
        position = begin + len(whole)
    if total > position:
        gaps.append((len(text), total - position))
        text += _gap(total - position)
    return Text(text, sum(size for _, size in gaps), tuple(gaps))


def fit(stdout: Text, stderr: Text, budget: int = STATUS_BUDGET) -> tuple[Text, Text]:
    """Both within `budget` bytes as stored, and within what the schema takes; the larger one gives way first."""
    sizes = stored_bytes(stdout.text), stored_bytes(stderr.text)
    half = budget // 2
    return (
        _shrink(stdout, max(half, budget - sizes[1])),
        _shrink(stderr, max(half, budget - sizes[0])),
    )


def _shrink(text: Text, budget: int) -> Text:
    """Head and tail of it, with one gap that takes in those it meets."""
    short, keep = text, len(text.text)
    while keep and (stored_bytes(short.text) > budget or len(short.text) > MAX_OUTPUT_CHARS):
        keep = min(keep * 9 // 10, MAX_OUTPUT_CHARS - GAP_CHARS, keep * budget // stored_bytes(short.text))
        short = _cut(text, keep // 2)
    return short


def _cut(text: Text, each: int) -> Text:
    """At most that many characters of either end. What goes is counted as UTF-8: for bytes that were none, an
    estimate."""
    begin, end = each, len(text.text) - each
    met = [(at, size) for at, size in text.gaps if at < end and at + len(_gap(size)) > begin]
    for at, size in met:
        begin, end = min(begin, at), max(end, at + len(_gap(size)))
    dropped = len(text.text[begin:end].encode()) - sum(len(_gap(size)) for _, size in met)
    named = _gap(dropped + sum(size for _, size in met))
    return Text(f"{text.text[:begin]}{named}{text.text[end:]}" if each else "", text.left_out + dropped)


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
