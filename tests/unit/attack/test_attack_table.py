"""The table of attacks and the page made from it."""

import ast
from pathlib import Path

import pytest

from tests.attack.attack import Attack
from tests.attack.document import document
from tests.attack.themes import ATTACKS

REPO = Path(__file__).resolve().parents[3]


def test_the_page_is_the_table() -> None:
    page = (REPO / "docs" / "attacks.md").read_text(encoding="utf-8")
    assert page == document(), "make it anew: python -m tests.attack.document > docs/attacks.md"


def test_enough_and_each_once() -> None:
    names = [attack.id for attack in ATTACKS]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_a_program_that_cannot_even_be_read_proves_nothing(attack: Attack) -> None:
    if attack.language == "python":
        ast.parse(attack.program)
    assert len(attack.id) <= 50, "it becomes the name of an object"
    assert attack.tries.endswith(".")
