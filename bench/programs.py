"""Programs of about any size that look like what people write: the corpus's plain ones behind one another, with other
names for what each copy declares."""

import itertools
import re
from pathlib import Path

from codeexec.models.spec import Language

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "validation" / "corpus"
_DECLARED = re.compile(r"\b(?:def|func|function|fn|class|struct|trait|interface|record)\s+([A-Za-z_]\w{3,})")


def plain(language: Language) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((CORPUS / language / "plain").iterdir())]


def program(language: Language, size: int, first: int = 0) -> bytes:
    """At most `size` bytes, of whole programs from number `first` on; of one program if it is larger by itself."""
    out = list[bytes]()
    left = size
    for number, text in enumerate(itertools.islice(itertools.cycle(plain(language)), first, None)):
        names = set(_DECLARED.findall(text))
        varied = re.sub(r"\b[A-Za-z_]\w*\b", lambda word: _other(word[0], names, number), text).encode()  # noqa: B023
        if out and len(varied) > left:
            return b"".join(out)
        out.append(varied)
        left -= len(varied)
    raise AssertionError("it goes on for ever")


def _other(word: str, names: set[str], number: int) -> str:
    return f"{word}{number}" if number and word in names else word
