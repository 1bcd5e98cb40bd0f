"""Nothing unsafe starts: what a user sees of the check of code, and that nothing ran."""

import json
from collections.abc import Iterator

import pytest

from tests.harness.fixtures import new_namespace
from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, python
from tests.harness.waiting import until

SHELLS = {
    "go": 'package main\n\nimport run "os/exec"\n\nfunc main() { run.Command("id").Run() }\n',
    "python": "import os as o\nf = getattr(o, 'sys' + 'tem')\nf('id')\n",
    "javascript": "const { execSync: f } = require('node:child_' + 'process');\nf('id');\n",
    "typescript": "import * as cp from 'child_process';\nconst f: Function = cp['execSync'];\nf('id');\n",
    "rust": 'use std::process::{Command as C};\nfn main() { C::new("id").status().unwrap(); }\n',
    "java": 'class Main { public static void main(String[] a) throws Exception { Runtime.getRuntime().exec(""); } }\n',
    "cpp": '#include <cstdlib>\nint main() { auto f = &std::system; return f("id"); }\n',
    "c": '#include <stdlib.h>\n#define F sys\\\ntem\nint main(void) { return F("id"); }\n',
}
ORDINARY = """
    import os, sys
    print(os.path.basename("a/b"), len(sys.argv))
"""


@pytest.fixture(scope="module")
def checked(kubectl: Kubectl) -> Iterator[Namespace]:
    """A namespace without a policy: the built-in one is strict."""
    with new_namespace(kubectl, "checked") as made:
        yield made


def stating(name: str, validation: Object | None = None, **own: object) -> Object:
    """A policy with this `validation`, and `own` for Python."""
    spec: Object = {"languages": {"python": {"validation": own}}, "validation": validation or {}}
    return {
        "apiVersion": "codeexec.dev/v1alpha1",
        "kind": "SandboxPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


def rules(run: Run) -> list[str]:
    return [found["rule"] for found in run.status.get("violations", ())]


async def test_a_rejected_run_says_where_what_and_how_else(checked: Namespace) -> None:
    run = await checked.run("import math\nimport os\nprint(math.pi)\nos.system('id')\n")
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "UnsafeCode", None)
    assert run.status["error"]["code"] == "UNSAFE_CODE_PATTERN"
    assert run.message.startswith("main.py:4:1: ")
    assert run.status["violationCount"] == 2
    call, imported = run.status["violations"]
    assert (call["kind"], call["severity"], call["file"]) == ("pattern", "critical", "main.py")
    assert (call["line"], call["column"], call["snippet"]) == (4, 1, "os.system")
    assert (imported["kind"], imported["line"], imported["column"], imported["snippet"]) == ("import", 2, 8, "os")
    for found in (call, imported):
        assert found["message"].endswith(".")
        assert found["recommendation"].endswith(".")
    assert run.status["policy"] == {"name": "built-in", "generation": 0}
    assert "validated" in run.timeline
    assert not {"output", "sandbox", "metrics", "runtime"} & set(run.status), "nothing of it was started"


@pytest.mark.parametrize("language", SHELLS)
async def test_a_shell_in_disguise_is_found_in_every_language(checked: Namespace, language: str) -> None:
    run = await checked.run(SHELLS[language], language=language)
    assert run.reason == "UnsafeCode", run
    assert "sandbox" not in run.status


async def test_a_syntax_error_names_line_column_and_token(checked: Namespace) -> None:
    run = await checked.run("x = 1\nprint(x))\n")
    assert (run.reason, run.status["error"]["code"]) == ("SyntaxError", "SYNTAX_ERROR"), run
    (found,) = run.status["violations"]
    assert (found["kind"], found["line"], found["column"], found["snippet"]) == ("syntax", 2, 9, ")"), found
    assert "`)`" in run.message


async def test_the_compiler_decides_about_c(checked: Namespace) -> None:
    run = await checked.run("int main(void) { return 0 }\n", language="c")
    assert run.reason == "CompileError", run


async def test_code_of_more_bytes_than_the_policy_allows(checked: Namespace) -> None:
    await checked.apply(stating("small", {"maxCodeBytes": 100}))
    run = await checked.run("#" + "x" * 100, policyRef={"name": "small"})
    assert run.reason == "CodeTooLarge", run
    assert run.message.startswith("spec.code is 101 bytes; policy small allows 100.")
    (found,) = run.status["violations"]
    assert (found["kind"], found["rule"], found["file"]) == ("size", "max-code-bytes", "main.py")


async def test_profiles(checked: Namespace) -> None:
    await checked.apply(stating("standard", profile="standard"), stating("off", profile="off"))
    strict = await checked.run(ORDINARY)
    assert strict.reason == "UnsafeCode", strict
    standard = await checked.run(ORDINARY, policyRef={"name": "standard"})
    assert (standard.reason, standard.output) == ("Completed", "b 1\n"), standard
    evil = "import subprocess\nprint(subprocess.PIPE)\n"
    refused = await checked.run(evil, policyRef={"name": "standard"})
    assert refused.reason == "UnsafeCode", refused
    off = await checked.run(evil, policyRef={"name": "off"})
    assert (off.reason, off.output) == ("Completed", "-1\n"), off


async def test_what_is_not_severe_is_a_warning_of_a_run_that_passes(checked: Namespace) -> None:
    patterns = [
        {"pattern": "T[A-Z]DO", "scope": "comments", "severity": "low", "description": "Left to be done."},
        {"pattern": "in[a-z]+al", "scope": "strings", "severity": "info"},
    ]
    await checked.apply(stating("warning", {"blockedPatterns": patterns}))
    code = "# TODO: say more\nTODO = 'internal'  # internal\nprint(TODO)\n"
    run = await checked.run(code, policyRef={"name": "warning"})
    assert (run.reason, run.output) == ("Completed", "internal\n"), run
    assert [(found["line"], found["severity"], found["snippet"]) for found in run.status["violations"]] == [
        (1, "low", "TODO"),
        (2, "info", "internal"),
    ]
    assert run.status["violationCount"] == 2
    assert run.status["violations"][0]["message"] == "Left to be done."


async def test_lists_of_imports(checked: Namespace) -> None:
    lists = {"allowedImports": ["math", "collections", "json"], "blockedImports": ["json.decoder"]}
    await checked.apply(stating("listed", **lists))
    listed = {"policyRef": {"name": "listed"}}
    files = [
        {"path": "main.py", "content": "import math, collections.abc\nimport helper\nprint(helper.two)\n"},
        {"path": "helper.py", "content": "two = 2\n"},
    ]
    good = python("", name="listed", **listed)
    good["spec"] |= {"files": files}
    del good["spec"]["code"]
    await checked.apply(good)
    run = await checked.finished("listed")
    assert (run.reason, run.output) == ("Completed", "2\n"), run
    assert rules(await checked.run("import random", **listed)) == ["import-not-allowed"]
    assert rules(await checked.run("from json.decoder import JSONDecoder", **listed)) == ["import-blocked"]


async def test_a_right_and_its_rules_go_together(checked: Namespace) -> None:
    code = "import socket\nprint(socket.AF_INET.value)\n"
    assert (await checked.run(code)).reason == "UnsafeCode"
    await checked.apply(stating("open", {"allowNetworkAccess": True}))
    run = await checked.run(code, policyRef={"name": "open"}, access={"network": True})
    assert (run.reason, run.output) == ("Completed", "2\n"), run


async def test_a_bad_pattern_stands_in_the_policy_and_ends_its_runs(checked: Namespace) -> None:
    bad = stating("bad", {"blockedPatterns": [{"pattern": "fine"}, {"pattern": "a(?=b)"}]})
    await checked.apply(bad, stating("good", {"blockedPatterns": [{"pattern": "fine"}]}))
    ready = await condition(checked, "bad", "False")
    assert (ready["reason"], ready["observedGeneration"]) == ("InvalidPattern", 1)
    assert "spec.validation.blockedPatterns[1].pattern" in ready["message"]
    assert "at character 2" in ready["message"], "it says where"
    run = await checked.run("print(1)", policyRef={"name": "bad"})
    assert run.reason == "PolicyInvalid", run
    assert "blockedPatterns[1]" in run.message
    assert (await condition(checked, "good", "True"))["reason"] == "Usable"
    assert (await checked.run("print(1)", policyRef={"name": "good"})).reason == "Completed"
    await checked.apply(stating("bad", {"blockedPatterns": [{"pattern": "a[b]"}]}))
    assert (await condition(checked, "bad", "True"))["observedGeneration"] == 2
    assert (await checked.run("print(1)", policyRef={"name": "bad"})).reason == "Completed"


async def test_a_construct_that_nobody_knows(checked: Namespace) -> None:
    await checked.apply(stating("unknown", {"blockedPatterns": [{"construct": "goto"}]}))
    ready = await condition(checked, "unknown", "False")
    assert "inline-asm" in ready["message"], "it says which there are"


async def test_fifty_findings_and_how_many_there_were(checked: Namespace) -> None:
    run = await checked.run("import os\n" + "os.remove('x')\n" * 99)
    assert run.reason == "UnsafeCode", run
    assert len(run.status["violations"]) == 50
    assert run.status["violationCount"] == 100


async def test_findings_of_a_batch_name_the_item(checked: Namespace) -> None:
    run = await checked.run("print(1)", batch=[{"name": "good"}, {"name": "evil", "code": "import socket"}])
    assert run.reason == "UnsafeCode", run
    assert {found["item"] for found in run.status["violations"]} == {"evil"}
    assert "sandbox" not in run.status, "the good one did not run either"


async def test_a_file_that_is_included_is_code(checked: Namespace) -> None:
    included = python("", name="included", language="c")
    del included["spec"]["code"]
    included["spec"]["files"] = [
        {"path": "main.c", "content": '#include "data/table.inc"\nint main(void) { return 0; }\n'},
        {"path": "data/table.inc", "content": '#include <stdlib.h>\nint x(void) { return system("id"); }\n'},
        {"path": "data/words.txt", "content": "system connect socket\n"},
    ]
    await checked.apply(included)
    run = await checked.finished("included")
    assert run.reason == "UnsafeCode", run
    assert {found["file"] for found in run.status["violations"]} == {"data/table.inc"}


async def test_machine_code_cannot_be_brought_along(checked: Namespace) -> None:
    native = python("", name="native")
    del native["spec"]["code"]
    native["spec"]["files"] = [
        {"path": "main.py", "content": "import fast\n"},
        {"path": "fast.so", "contentBase64": "f0VMRg=="},
    ]
    await checked.apply(native)
    run = await checked.finished("native")
    assert (run.reason, rules(run)) == ("UnsafeCode", ["native-file"]), run


async def test_a_program_made_to_break_the_check_harms_only_itself(checked: Namespace, system: Kubectl) -> None:
    """These take tree-sitter gigabytes or minutes; each costs one worker and is refused."""
    before = await restarts(system)
    hostile = {"c": "a=>" * 6_000, "java": "A<" * 20_000, "go": "+-*/%=<>!&|^~?:.," * 2_000}
    started = [await checked.start(code, language=language) for language, code in hostile.items()]
    ordinary = [await checked.start(f"print({number})") for number in range(5)]
    for run in [await checked.finished(one) for one in started]:
        assert run.reason in ("ValidationTimeout", "UnsafeCode", "SyntaxError"), run
        assert "sandbox" not in run.status
    for number, run in enumerate([await checked.finished(one) for one in ordinary]):
        assert (run.reason, run.output) == ("Completed", f"{number}\n"), run
    assert await restarts(system) == before


async def condition(namespace: Namespace, policy: str, status: str) -> Object:
    """Ready of a policy, once it has this status for the policy as it is now."""

    async def look() -> Object | None:
        found = await namespace.kubectl.find("sbp", policy)
        assert found
        ready = next((c for c in found.get("status", {}).get("conditions", ()) if c["type"] == "Ready"), None)
        current = ready and ready["observedGeneration"] == found["metadata"]["generation"]
        return ready if ready and current and ready["status"] == status else None

    return await until(look, f"Ready={status} of policy {policy}")


async def restarts(system: Kubectl) -> int:
    pods = json.loads(await system.read("get", "pods", "-l", "app.kubernetes.io/name=codeexec", "-o", "json"))
    return sum(one["restartCount"] for pod in pods["items"] for one in pod["status"].get("containerStatuses", ()))
