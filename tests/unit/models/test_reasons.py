"""The one list of reasons, and its page for people."""

import re
from pathlib import Path

import pytest

from codeexec.models.reasons import Reason

PAGE = (Path(__file__).parents[3] / "docs" / "reasons.md").read_text(encoding="utf-8")
ROWS = {
    name: [cell.strip() for cell in cells.split("|")]
    for name, cells in re.findall(r"^\| `(\w+)` \|(.*)\|$", PAGE, re.MULTILINE)
}
CONDITIONS = {"Ready", "Reconciling", "Stalled", "Succeeded"}


def test_the_page_has_every_reason_and_no_other() -> None:
    assert set(ROWS) - CONDITIONS == {reason.value for reason in Reason}


@pytest.mark.parametrize("reason", Reason)
def test_each_says_what_happened_and_who_can_do_something(reason: Reason) -> None:
    _, happened, who = ROWS[reason.value]
    assert happened
    assert who or reason in (Reason.COMPLETED, Reason.CANCELLED)


def test_a_code_is_its_reason_in_capitals() -> None:
    for reason in set(Reason) - {Reason.UNSAFE_CODE_PATTERN}:  # the guide's own word for it
        assert reason.name.replace("_", "").lower() == reason.value.lower()
