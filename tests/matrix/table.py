"""What came of the matrix, as the table in docs/languages.md."""

from typing import NamedTuple

from tests.harness.runs import Run
from tests.harness.surroundings import REPO
from tests.matrix.cases import LANGUAGES

PAGE = REPO / "docs" / "languages.md"
_BEGIN, _END = "<!-- matrix: written by `make matrix` -->", "<!-- end of matrix -->"


class Cell(NamedTuple):
    reason: str
    exit_code: int | None
    signal: str | None

    @classmethod
    def of(cls, run: Run) -> "Cell":
        return cls(run.reason, run.exit_code, run.status.get("signal"))

    def __str__(self) -> str:
        if self.signal:
            return f"{self.reason} {self.signal}"
        return f"{self.reason} {self.exit_code}" if self.reason == "NonZeroExit" else self.reason


def markdown(cells: dict[tuple[str, str], Cell]) -> str:
    rows = list(dict.fromkeys(case for case, _ in cells))
    lines = [f"| | {' | '.join(LANGUAGES)} |", f"| --- |{' --- |' * len(LANGUAGES)}"]
    for row in rows:
        found = [str(cells.get((row, language), "")) for language in LANGUAGES]
        lines.append(f"| {row.replace('-', ' ')} | {' | '.join(found)} |")
    return "\n".join(lines)


def write(cells: dict[tuple[str, str], Cell]) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n{markdown(cells)}\n{_END}{after}", encoding="utf-8")
