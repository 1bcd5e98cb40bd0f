"""What lies beside a JavaScript or TypeScript program cannot make its imports mean something else."""

import pytest

from codeexec.models.policy import LanguageValidation, Profile, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, check
from codeexec.validation.policy import compiled

REDIRECT = [
    ("package.json", '{"imports": {"#x": "child_process"}}'),
    ("package.json", '{"\\u0069mports": {"#x": "child_process"}, "name": "x"}'),
    ("package.json", '{"imports": {"#x": "vm"}, "imports": {}}'),
    ("lib/package.json", '{"main": "data.txt"}'),
    ("lib/package.json", '{"exports": "./data.txt"}'),
    ("package.json", '{"browser": {"./a.js": "./b.txt"}}'),
    ("package.json", "{"),
    ("tsconfig.json", '{"compilerOptions": {"paths": {"x": ["/usr/lib/x"]}}}'),
    ("tsconfig.json", '{/* here */ "compilerOptions": {"baseUrl": "/usr/lib", }, // there\n}'),
    ("tsconfig.json", '{"compilerOptions": {"jsxImportSource": "x"}}'),
    ("lib/tsconfig.base.json", '{"extends": "/etc/x.json"}'),
    ("node_modules/x/data.txt", "x"),
]
HARMLESS = [
    ("package.json", '{"name": "x", "type": "module", "main": "main.js", "description": "imports and exports"}'),
    ("package.json", '{"config": {"imports": 1}}'),
    ("tsconfig.json", '{"compilerOptions": {"strict": true, "jsx": "react", /* "paths": {} */ "target": "es2022",}}'),
    ("imports.json", '{"imports": {"#x": "child_process"}}'),
    ("package.json.txt", "{"),
]


def rules(language: Language, path: str, content: str, profile: Profile = "standard") -> set[str]:
    policy = compiled(language, Validation(), LanguageValidation(profile=profile))
    beside = Source(path, content.encode(), code=False)
    return {found.rule for found in check(policy, [Source("main", b"", code=True), beside]).findings}


@pytest.mark.parametrize("language", [Language.JAVASCRIPT, Language.TYPESCRIPT])
@pytest.mark.parametrize(("path", "content"), REDIRECT)
def test_redirecting_file_is_rejected(language: Language, path: str, content: str) -> None:
    assert rules(language, path, content) == {"redirecting-file"}


@pytest.mark.parametrize(("path", "content"), HARMLESS)
def test_ordinary_settings_pass(path: str, content: str) -> None:
    assert rules(Language.TYPESCRIPT, path, content) == set()


def test_other_languages_do_not_care() -> None:
    assert rules(Language.PYTHON, *REDIRECT[0]) == set()


def test_without_rules_nothing_can_be_evaded() -> None:
    assert rules(Language.JAVASCRIPT, *REDIRECT[0], profile="off") == set()


@pytest.mark.parametrize("path", ["lib/a.jsx", "a.cts", "lib/INDEX.JS"])
def test_source_beside_is_code_whatever_it_was_given_as(path: str) -> None:
    assert "js-dynamic-code" in rules(Language.TYPESCRIPT, path, "eval('1')")
