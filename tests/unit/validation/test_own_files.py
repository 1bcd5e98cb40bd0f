"""Imports of a program's own files need no place in `allowedImports`; a name of the language's own library does."""

import pytest

from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, check
from codeexec.validation.policy import compiled


def refused(language: Language, files: dict[str, str]) -> list[str]:
    """What of the first file's imports is not allowed where only `only.this` is."""
    policy = compiled(language, Validation(), LanguageValidation(profile="off", allowed_imports=("only.this",)))
    checked = check(policy, [Source(path, content.encode()) for path, content in files.items()])
    first = next(iter(files))
    return [found.snippet for found in checked.findings if found.file == first and found.rule == "import-not-allowed"]


OWN = [
    (Language.PYTHON, "import util\nfrom util import f\nfrom pkg.inner import g, h\nfrom pkg import *\n", "main.py"),
    (Language.PYTHON, "from . import inner\nfrom .inner import g\n", "pkg/main.py"),
    (Language.JAVASCRIPT, "import a from './lib/a.js'; require('./lib/a'); import d from './lib';", "main.js"),
    (Language.JAVASCRIPT, "import a from './a.js'; import u from '../util.js';", "lib/main.js"),
    (Language.TYPESCRIPT, "import a from './lib/a'; import u from './util.js';", "main.ts"),
    (Language.RUST, "mod util; use util::f; use crate::util::g; use self::util::{h, i};", "main.rs"),
    (Language.JAVA, "import shapes.Circle; import shapes.*; import static shapes.Circle.area; class M {}", "Main.java"),
    (Language.GO, 'package main\nimport ("util"; "main/util"; "example.com/x/util")\n', "main.go"),
    (Language.C, '#include "util.h"\n#include "lib/a.h"\n', "main.c"),
]
BESIDE = {
    Language.PYTHON: ("util.py", "pkg/__init__.py", "pkg/inner.py"),
    Language.JAVASCRIPT: ("util.js", "lib/a.js", "lib/index.js"),
    Language.TYPESCRIPT: ("util.ts", "lib/a.ts"),
    Language.RUST: ("util.rs",),
    Language.JAVA: ("shapes/Circle.java",),
    Language.GO: ("util/util.go",),
    Language.C: ("util.h", "lib/a.h"),
}


@pytest.mark.parametrize(("language", "code", "path"), OWN)
def test_own_files_need_no_leave(language: Language, code: str, path: str) -> None:
    assert refused(language, {path: code} | dict.fromkeys(BESIDE[language], "")) == []


@pytest.mark.parametrize(("language", "code", "path"), OWN)
def test_without_the_files_they_do(language: Language, code: str, path: str) -> None:
    if not code.startswith("from ."):  # nothing but a file of one's own can be meant
        assert refused(language, {path: code})


@pytest.mark.parametrize(
    ("language", "code", "path", "decoy"),
    [
        (Language.PYTHON, "import os", "main.py", "os.py"),
        (Language.PYTHON, "from os import system", "main.py", "os/__init__.py"),
        (Language.JAVASCRIPT, "require('fs')", "main.js", "fs.js"),
        (Language.TYPESCRIPT, "import fs from 'fs/promises'", "main.ts", "fs/promises.ts"),
        (Language.RUST, "use std::process::Command;", "main.rs", "std.rs"),
        (Language.JAVA, "import java.io.File; class M {}", "Main.java", "java/io/File.java"),
        (Language.GO, 'package main\nimport "os/exec"\n', "main.go", "os/exec/x.go"),
    ],
)
def test_a_file_that_is_called_like_the_library_allows_nothing(
    language: Language, code: str, path: str, decoy: str
) -> None:
    assert refused(language, {path: code, decoy: ""})
