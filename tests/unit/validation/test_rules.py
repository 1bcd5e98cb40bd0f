"""The built-in rules, by their own examples: each finds what it is for and leaves alone what only looks like it."""

from collections import Counter
from itertools import product

import pytest

from codeexec.models.policy import LanguageValidation, Profile, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Checked, Source, check
from codeexec.validation.policy import compiled
from codeexec.validation.rules import FILES, Group, Rule, rules_of, selected
from tests.unit.validation.engine.facts_of import FILES as PATHS

RIGHTS: dict[Group, Validation] = {
    "commands": Validation(allow_external_commands=True),
    "filesystem": Validation(allow_file_system_access=True),
    "network": Validation(allow_network_access=True),
}
EACH = [
    pytest.param(language, rule, id=f"{language}-{rule.id}") for language in Language for rule in rules_of(language)
]
ALL = {rule.id: rule for language in Language for rule in rules_of(language)}
IN_PROFILES = [
    pytest.param(language, rule, profile, id=f"{language}-{rule.id}-{profile}")
    for language in Language
    for rule in rules_of(language)
    for profile in rule.profiles
]


def checked(language: Language, code: str, profile: Profile, validation: Validation | None = None) -> Checked:
    policy = compiled(language, validation or Validation(), LanguageValidation(profile=profile))
    return check(policy, [Source(PATHS[language], code.encode())])


def found(language: Language, code: str, profile: Profile, validation: Validation | None = None) -> set[str]:
    return {finding.rule for finding in checked(language, code, profile, validation).findings}


@pytest.mark.parametrize(("language", "rule", "profile"), IN_PROFILES)
def test_rule_finds_its_example(language: Language, rule: Rule, profile: Profile) -> None:
    assert rule.id in found(language, rule.hit, profile)


@pytest.mark.parametrize(("language", "rule", "profile"), IN_PROFILES)
def test_rule_leaves_its_counterexample_alone(language: Language, rule: Rule, profile: Profile) -> None:
    assert not {rule.id, "syntax"} & found(language, rule.miss, profile)


@pytest.mark.parametrize("language", Language)
def test_ids_are_unique(language: Language) -> None:
    assert [rule for rule, times in Counter(rule.id for rule in rules_of(language)).items() if times > 1] == []


def test_every_file_of_rules_is_used_and_its_ids_begin_alike() -> None:
    for language in Language:
        starts = {rule.id.partition("-")[0] for rule in rules_of(language)}
        assert len(starts) == len(FILES[language])


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_strict_rejects_whatever_standard_rejects(language: Language, rule: Rule) -> None:
    if checked(language, rule.hit, "standard").reason:
        assert checked(language, rule.hit, "strict").reason


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_off_finds_nothing(language: Language, rule: Rule) -> None:
    assert found(language, rule.hit, "off") <= {"syntax"}


@pytest.mark.parametrize("rule", list(ALL.values()), ids=list(ALL))
def test_rule_advises(rule: Rule) -> None:
    """One plain sentence of what it is, and one or more of what to do instead."""
    assert rule.description.endswith(".")
    assert rule.description.count(". ") == 0
    assert rule.recommendation.endswith(".")
    assert 15 <= len(rule.recommendation) <= 200
    assert len(rule.description) <= 120


@pytest.mark.parametrize(("language", "right"), list(product(Language, RIGHTS)))
def test_an_access_right_switches_off_its_group_and_no_other(language: Language, right: Group) -> None:
    for profile in ("strict", "standard"):
        rules = selected(language, profile, frozenset())
        left = selected(language, profile, frozenset({right}))
        assert set(rules) - set(left) == {rule for rule in rules if rule.group == right}


@pytest.mark.parametrize(("language", "rule"), EACH)
def test_an_access_right_lets_its_rules_examples_through(language: Language, rule: Rule) -> None:
    for right, validation in RIGHTS.items():
        for profile in rule.profiles:
            still = rule.id in found(language, rule.hit, profile, validation)
            assert still == (rule.group != right)
