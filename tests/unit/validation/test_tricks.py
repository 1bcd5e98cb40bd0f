"""Ways to a forbidden thing that one rule alone does not see, and harmless code beside them, under `standard`. A syntax
error is no rejection here: it would hide that a trick works."""

from pathlib import Path

import pytest
import yaml

from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, check
from codeexec.validation.policy import compiled
from tests.unit.validation.engine.facts_of import FILES

TRICKS = {
    Language(file.stem): yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in sorted((Path(__file__).parent / "tricks").glob("*.yaml"))
}


def _rules(language: Language, code: str) -> set[str]:
    policy = compiled(language, Validation(), LanguageValidation(profile="standard", syntax_check="off"))
    answer = check(policy, [Source(FILES[language], code.encode())])
    return {each.rule for each in answer.findings} if answer.reason else set()


@pytest.mark.parametrize(("language", "code"), [(each, code) for each in TRICKS for code in TRICKS[each]["rejected"]])
def test_trick_is_rejected(language: Language, code: str) -> None:
    assert _rules(language, code)


@pytest.mark.parametrize(("language", "code"), [(each, code) for each in TRICKS for code in TRICKS[each]["passes"]])
def test_harmless_code_passes(language: Language, code: str) -> None:
    assert _rules(language, code) == set()
