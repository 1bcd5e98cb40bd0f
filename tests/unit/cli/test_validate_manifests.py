"""`codeexec validate` on CodeExecution manifests: what the operator would check, at places that an editor can go to."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cli.conftest import Run

Json = Callable[..., dict[str, Any]]
HEAD = "apiVersion: codeexec.dev/v1alpha1\nkind: CodeExecution\nmetadata: {name: one}\n"


def test_a_block_of_code_is_told_by_the_manifests_lines(run: Run) -> None:
    text = f"""{HEAD}spec:
  language: python
  code: |

    import os

    x = os.system("id")
"""
    result = run("validate", "m.yaml", files={"m.yaml": text})
    assert result.exit_code == 1
    assert text.splitlines()[9][8:].startswith("os.system")
    assert "m.yaml:10:9: error: Starts another process or program." in result.stdout
    assert '   10 | x = os.system("id")\n      |     ^^^^^^^^^\n' in result.stdout


@pytest.mark.parametrize("code", ['eval("1")', '"eval(\\"1\\")"', ">\n    x = 1;\n    eval('1')"])
def test_other_code_is_told_by_its_field(run: Run, code: str) -> None:
    text = f"{HEAD}spec:\n  language: python\n  code: {code}\n"
    result = run("validate", "m.yaml", files={"m.yaml": text})
    assert "m.yaml:spec.code:1:" in result.stdout
    located = json.loads(run("validate", "m.yaml", "--output", "sarif").stdout)["runs"][0]["results"][0]["locations"]
    assert located == [
        {
            "physicalLocation": {"artifactLocation": {"uri": "m.yaml"}},
            "logicalLocations": [{"fullyQualifiedName": "spec.code"}],
        }
    ]


def test_files_and_batches_are_programs_as_the_operator_makes_them(as_json: Json) -> None:
    text = f"""{HEAD}spec:
  language: c
  files:
  - path: main.c
    content: |
      #include "u.h"
      int main(void) {{ return f(); }}
  - path: u.h
    content: |2
        int f(void) {{ return system("id"); }}
  - path: notes.txt
    content: system("id")
  batch:
  - name: a
    args: [x]
  - name: b
    code: |
      int main(void) {{ return 0; }}
"""
    data = as_json("validate", "m.yaml", files={"m.yaml": text})
    assert [(one["rejected"], one["execution"]) for one in data["programs"]] == [(True, "one"), (False, "one")]
    assert [(found["file"], found["line"], found["column"]) for found in data["findings"]] == [("m.yaml", 13, 30)]
    assert text.splitlines()[12][29:].startswith("system")


def test_bytes_are_looked_into(run: Run) -> None:
    content = base64.b64encode(b"import socket\n").decode()
    text = f"{HEAD}spec:\n  language: python\n  files: [{{path: main.py, contentBase64: {content}}}]\n"
    result = run("validate", "m.yaml", files={"m.yaml": text})
    assert "m.yaml:spec.files[main.py]:1:8: error: " in result.stdout


def test_every_execution_of_a_file_is_checked(run: Run) -> None:
    text = f"kind: ConfigMap\n---\n{HEAD}spec: {{language: python, code: x = 1}}\n---\n"
    text += f"{HEAD.replace('one', 'two')}spec: {{language: python, code: import socket}}\n"
    result = run("validate", "m.yaml", files={"m.yaml": text})
    assert result.stdout.splitlines()[-1] == "Rejected 1 of 2 programs, m.yaml two (UnsafeCode): 1 finding."


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("{code: x}", "m.yaml: CodeExecution one: spec.language: field required"),
        ("{language: python}", "m.yaml: CodeExecution one: spec has nothing to run: give code, or files"),
        ("{language: ruby, code: x}", "m.yaml: CodeExecution one: spec.language: input should be 'go', 'python'"),
        ("{language: c, files: [{path: ../x.c, content: x}]}", "which leads out of the program's folder"),
        ("[", "m.yaml: not YAML: "),
    ],
)
def test_a_manifest_that_cannot_be_checked(run: Run, spec: str, said: str) -> None:
    result = run("validate", "m.yaml", files={"m.yaml": f"{HEAD}spec: {spec}\n"})
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
