"""Program output as text that fits into a status: hostile bytes in, valid and bounded strings out."""

from dataclasses import dataclass

import orjson

from codeexec.domain.record import Captured

STATUS_BUDGET = 524_288
"""Most bytes that both output fields may take together as stored JSON. etcd refuses a request above 1.5 MiB; the spec
may take 0.6 MiB of it (100 KB of code, each character escaped)."""

_GO_ESCAPES = str.maketrans(dict.fromkeys("<>&\u2028\u2029", "\\u0000"))


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    left_out: int
    """Bytes of the program's output that are not in `text`."""


def stored_bytes(text: str) -> int:
    """Size of this string in etcd: JSON as Go writes it, where <, > and & take six bytes each."""
    return len(orjson.dumps(text.translate(_GO_ESCAPES)))


def assemble(captured: Captured, total: int) -> Text:
    """Chunks in order of offset, gaps named in place. `total`: bytes the whole stream had."""
    parts: list[str] = []
    position = left_out = 0
    run = bytearray()
    for at, data in sorted(captured.chunks):
        if at > position:
            parts += [_decode(bytes(run), cut_after=True), _gap(at - position)]
            left_out += at - position
            run = bytearray(_after_cut(data))
        else:
            run += data[position - at :]
        position = max(position, at + len(data))
    missing = max(total - position, 0)
    parts.append(_decode(bytes(run), cut_after=missing > 0))
    if missing:
        parts.append(_gap(missing))
    return Text("".join(parts), left_out + missing)


def fit(stdout: Text, stderr: Text, budget: int = STATUS_BUDGET) -> tuple[Text, Text]:
    """Both within `budget` bytes as stored; the larger one gives way first."""
    sizes = stored_bytes(stdout.text), stored_bytes(stderr.text)
    half = budget // 2
    return (
        _shrink(stdout, max(half, budget - sizes[1])),
        _shrink(stderr, max(half, budget - sizes[0])),
    )


def _shrink(text: Text, budget: int) -> Text:
    size, whole = stored_bytes(text.text), text.text
    keep = len(whole)
    while size > budget:
        keep = min(keep * 9 // 10, keep * budget // size)
        head, tail = whole[: keep // 2], whole[len(whole) - keep // 2 :]
        dropped = len(whole[keep // 2 : len(whole) - keep // 2].encode())
        text = Text(head + _gap(dropped) + tail, text.left_out + dropped) if keep else Text("", dropped)
        size = stored_bytes(text.text)
    return text


def _gap(size: int) -> str:
    return f"\n[... {size:,} bytes left out ...]\n"


def _decode(data: bytes, *, cut_after: bool) -> str:
    return (_before_cut(data) if cut_after else data).decode("utf-8", "replace")


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
