"""docs/attacks.md, made from the table: `python -m tests.attack.document > docs/attacks.md`."""

from collections import Counter

from tests.attack.attack import Attack, Bare, Granted, Loosened, Without
from tests.attack.themes import ATTACKS, THEMES

_KINDS = {
    Bare: "the same program in a Pod of the same image without the runner",
    Loosened: "the same Pod, runner and job with one line of the job changed",
    Granted: "the same CodeExecution with an access right",
    Without: "none in kind",
}


def document() -> str:
    counted = Counter(type(attack.control) for attack in ATTACKS)
    kinds = "; ".join(f"{counted[kind]} {text}" for kind, text in _KINDS.items() if counted[kind])
    lines = [
        "# Attacks",
        "",
        f"Made from `tests/attack/themes` by `python -m tests.attack.document`: {len(ATTACKS)} attacks. "
        "`make test-cluster` tries each of them in a sandbox and proves from outside that it failed: by the node's "
        "process table, packets and disk, by the kubelet's termination message, by a Pod that listens, by the verdict. "
        "Who is blamed for the end is part of it. Each has a control, judged by the same predicate: the same attempt "
        "with its defence off has to work.",
        "",
        f"Controls: {kinds}.",
    ]
    for theme, attacks in THEMES.items():
        lines += ["", f"## {theme}", "", "| id | tries | stopped by | control |", "| --- | --- | --- | --- |"]
        lines += [_row(attack) for attack in attacks]
    return "\n".join(lines) + "\n"


def _row(attack: Attack) -> str:
    control = attack.control.why if isinstance(attack.control, Without) else attack.control.shows
    cells = (f"`{attack.id}`", attack.tries, attack.stopped_by, control)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(document(), end="")
