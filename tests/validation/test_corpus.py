"""The corpus against the built-in rules. Held-out files are asserted since their score was taken, with rules written
without them (`corpus/README.md` has the figures)."""

from pathlib import Path

import pytest

from codeexec.models.spec import Language
from tests.validation.score import CORPUS, Program, programs

ALL = [each for language in Language for each in programs(language)]
EVIL = [each for each in ALL if each.kind == "evil" and each.decidable]
HARMLESS = [each for each in ALL if each.kind != "evil"]


def _id(program: Program) -> str:
    return f"{program.language}/{program.file}"


@pytest.mark.parametrize("program", EVIL, ids=_id)
def test_evil_is_rejected(program: Program) -> None:
    assert program.missed() == ()


@pytest.mark.parametrize("program", HARMLESS, ids=_id)
def test_harmless_passes_standard(program: Program) -> None:
    assert program.refused() == ()


@pytest.mark.parametrize("language", Language)
def test_index_and_folder_agree(language: Language) -> None:
    folder = CORPUS / language
    there = {str(file.relative_to(folder)) for kind in ("evil", "benign") for file in _files(folder / kind)}
    assert {each.file for each in programs(language) if each.kind != "plain"} == there


@pytest.mark.parametrize("language", Language)
def test_corpus_is_large_enough(language: Language) -> None:
    kinds = [each.kind for each in programs(language)]
    assert kinds.count("evil") >= 50
    assert kinds.count("benign") >= 15
    assert kinds.count("plain") >= 8


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
