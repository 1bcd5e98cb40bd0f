"""`codeexec validate`: what cannot be used is named, with what to do; and how files make programs."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from codeexec.cli import validate
from tests.unit.cli.conftest import Run

Json = Callable[..., dict[str, Any]]
Files = dict[str, str | bytes]

SYSTEM = "import os\nos.system('id')\n"
HEAD = "kind: SandboxPolicy\nmetadata: {name: p}\n"


def policy(spec: str) -> str:
    return f"{HEAD}spec: {spec}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            policy("{validation: {allowNetwork: true}}"),
            "p.yaml: spec.validation.allowNetwork: no such field; did you mean allowNetworkAccess?",
        ),
        (policy("{validation: {fail_on: low}}"), "spec.validation.fail_on: no such field; did you mean failOn?"),
        (policy("{languages: {ruby: {}}}"), "spec.languages.ruby: no such field; there are go, python, javascript,"),
        (
            policy("{validation: {blockedPatterns: [{pattern: a, scop: raw}]}}"),
            "spec.validation.blockedPatterns[0].scop: no such field; did you mean scope?",
        ),
        (policy("{validation: {failOn: fatal}}"), "spec.validation.failOn: input should be 'critical', 'high',"),
        (policy("{validation: {maxCodeBytes: 102401}}"), "spec.validation.maxCodeBytes: input should be less than or"),
        (
            policy("{validation: {blockedPatterns: [{pattern: ok}, {pattern: 'foo(bar'}]}}"),
            "p.yaml: spec.validation.blockedPatterns[1].pattern: missing ) at character 1 of 'foo(bar'",
        ),
        (
            policy("{validation: {blockedPatterns: [{construct: goto}]}}"),
            "spec.validation.blockedPatterns[0]: no construct is called goto; there are bidi-control, ",
        ),
        (
            policy("{validation: {blockedPatterns: [{pattern: a, reference: b}]}}"),
            "blockedPatterns[0]: exactly one of pattern, reference and construct is needed, not 2",
        ),
        ("kind: ConfigMap\n", "p.yaml: no SandboxPolicy in it (ConfigMap); --policy needs a document with `kind:"),
        ("", "p.yaml: no SandboxPolicy in it (nothing)"),
        (f"{HEAD}---\n{HEAD}", "p.yaml: 2 policies in it (p, p); put the one to check against into its own file"),
        ("a: [\n", "p.yaml: not YAML: while parsing a flow node"),
        ("[" * 1_000, "p.yaml: not YAML: "),
    ],
)
def test_a_policy_that_cannot_be_used(run: Run, text: str, said: str) -> None:
    result = run("validate", "a.py", "--policy", "p.yaml", files={"a.py": "x = 1\n", "p.yaml": text})
    assert result.exit_code == 2
    assert result.stderr.startswith("codeexec: p.yaml: ")
    assert said in result.stderr
    assert result.stdout == ""


def test_a_policy_among_other_documents_is_found(run: Run) -> None:
    text = "kind: ConfigMap\n---\n" + policy("{languages: {python: {validation: {profile: 'off'}}}}")
    assert run("validate", "a.py", "--policy", "p.yaml", files={"a.py": SYSTEM, "p.yaml": text}).exit_code == 0


@pytest.mark.parametrize(
    ("right", "code"),
    [
        ("allowExternalCommands", "import subprocess\n"),
        ("allowNetworkAccess", "import socket\n"),
        ("allowFileSystemAccess", "import shutil\n"),
    ],
)
def test_an_access_right_switches_its_rules_off(run: Run, right: str, code: str) -> None:
    files: Files = {"a.py": code, "p.yaml": policy(f"{{validation: {{{right}: true}}}}")}
    assert run("validate", "a.py", files=files).exit_code == 1
    result = run("validate", "a.py", "--policy", "p.yaml")
    assert (result.exit_code, result.stdout) == (0, "Accepted: nothing found.\n")


def test_a_policy_by_name_without_a_cluster(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    result = run("validate", "a.py", "--policy", "strict", files={"a.py": "x = 1\n"})
    assert result.exit_code == 2
    assert (
        f"codeexec: SandboxPolicy strict: no such file, and no cluster that could be asked for it: {tmp_path}/none"
        in result.stderr
    )
    assert result.output.count("\n") == 1


POLICIES = "/apis/codeexec.dev/v1alpha1/namespaces/classroom/sandboxpolicies/"
KUBECONFIG = """\
current-context: here
contexts: [{{name: here, context: {{cluster: here, user: me, namespace: classroom}}}}]
clusters: [{{name: here, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: me, user: {{token: x}}}}]
"""


class Cluster(BaseHTTPRequestHandler):
    """Has one policy, `open`."""

    def do_GET(self) -> None:
        known = self.path == f"{POLICIES}open"
        off = {"spec": {"languages": {"python": {"validation": {"profile": "off"}}}}}
        body = json.dumps(off if known else {"kind": "Status", "reason": "NotFound", "code": 404}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Cluster) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (tmp_path / "kubeconfig").write_text(KUBECONFIG.format(port=server.server_port), encoding="utf-8")
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        yield
        server.shutdown()
        thread.join()


@pytest.mark.usefixtures("cluster")
def test_a_policy_of_the_cluster(run: Run) -> None:
    assert run("validate", "a.py", "--policy", "open", files={"a.py": SYSTEM}).exit_code == 0
    result = run("validate", "a.py", "--policy", "closed")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "codeexec: SandboxPolicy closed: namespace classroom has none of this name, nor is it a file\n"
    )


def test_a_policy_file_that_is_not_there_is_not_asked_of_the_cluster(run: Run) -> None:
    result = run("validate", "a.py", "--policy", "policies/strict", files={"a.py": ""})
    assert result.stderr == (
        "codeexec: policies/strict: no such file; --policy is a YAML file, or the name of a SandboxPolicy in the "
        "cluster\n"
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "x", "a.txt: its ending is of no language (.c .cc .cjs .cpp"),
        ("a.py", b"\x7fELF\x02\0\xff\xfe", "a.py: a binary file; name source files only"),
        ("src/a.go", "package main", "src: a directory; name its files, like src/*.go"),
        ("b.yaml", "kind: ConfigMap\n", "b.yaml: no CodeExecution in it; name source files, or manifests with `kind:"),
    ],
)
def test_a_file_that_cannot_be_checked(run: Run, name: str, content: str | bytes, said: str) -> None:
    result = run("validate", name.split("/")[0], files={name: content})
    assert result.exit_code == 2
    assert f"codeexec: {said}" in result.stderr
    assert result.stdout == ""


def test_what_is_not_there_or_not_a_file(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert "codeexec: no.py: cannot be read: No such file or directory" in run("validate", "no.py").stderr
    result = run("validate", "pipe.py")
    assert (result.exit_code, "pipe.py: neither a file nor a directory" in result.stderr) == (2, True)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s.py")
        assert "s.py: neither a file nor a directory" in run("validate", "s.py").stderr


def test_a_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("a.py")
    result = run("validate", "a.py")
    assert result.exit_code == 2
    assert "codeexec: a.py: cannot be read: Too many levels of symbolic links" in result.stderr


def test_an_empty_file_passes_and_is_named(run: Run) -> None:
    result = run("validate", "a.py", files={"a.py": "\n"})
    assert result.exit_code == 0
    assert result.stdout == "Accepted: nothing found.\n"
    assert result.stderr == "codeexec: a.py: empty, so there was nothing to check\n"


def test_an_empty_file_beside_others_is_nothing_special(run: Run) -> None:
    files: Files = {"pkg/__init__.py": "", "pkg/a.py": "x = 1\n"}
    assert run("validate", "pkg/__init__.py", "pkg/a.py", files=files).stderr == ""


def test_a_file_that_is_too_large_is_rejected(run: Run) -> None:
    result = run("validate", "a.py", files={"a.py": "x" * 102_401})
    assert result.exit_code == 1
    assert "a.py:1:1: error: The file has 102,401 bytes; the policy allows 102,400." in result.stdout
    assert result.stdout.endswith("Rejected (CodeTooLarge): 1 finding.\n")


def test_a_name_that_is_no_text(run: Run) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    result = run("validate", name, files={name: SYSTEM})
    assert result.exit_code == 1
    assert "caf\N{REPLACEMENT CHARACTER}.py:2:1: error: " in result.stdout


def test_files_of_one_language_import_each_other(run: Run) -> None:
    own = policy("{languages: {python: {validation: {profile: 'off', allowedImports: [math]}}}}")
    files: Files = {
        "p.yaml": own,
        "src/main.py": "import math\nimport util\nfrom pkg.inner import x\n",
        "src/util.py": "",
        "src/pkg/__init__.py": "",
        "src/pkg/inner.py": "from pkg import y\n",
    }
    python = [name for name in files if name.endswith(".py")]
    assert run("validate", *python, "--policy", "p.yaml", files=files).exit_code == 0
    result = run("validate", "src/main.py", "--policy", "p.yaml")
    assert (result.exit_code, result.stdout.count("[import-not-allowed, high]")) == (1, 2)
    package = run("validate", "src/pkg/__init__.py", "src/pkg/inner.py", "--policy", "p.yaml")
    assert package.exit_code == 0, "a package is imported by the name of its folder"


def test_a_header_goes_with_the_sources_beside_it(as_json: Json) -> None:
    files: Files = {"u.h": "int f(void);\n", "a.cpp": "int main() {}\n", "b.c": "int main(void) {}\n"}
    told = [
        {one["language"]: one["files"] for one in as_json("validate", *names, files=files)["programs"]}
        for names in (("u.h",), ("u.h", "b.c"), ("u.h", "a.cpp"))
    ]
    assert told == [{"c": ["u.h"]}, {"c": ["u.h", "b.c"]}, {"cpp": ["u.h", "a.cpp"]}]


def test_the_language_can_be_told(as_json: Json) -> None:
    data = as_json("validate", "script", "--language", "python", files={"script": SYSTEM})
    assert data["programs"][0]["language"] == "python"
    assert data["rejected"]


def test_a_whole_repository_is_checked_in_pieces(as_json: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than one program may have would take longer than one check may."""
    monkeypatch.setattr(validate, "GROUP_BYTES", 200)
    files: Files = {f"m{number}.py": f"import m{(number + 1) % 70}, math\nx = {'1' * 60}\n" for number in range(70)}
    files["m33.py"] = "import socket\n"
    files["p.yaml"] = policy("{languages: {python: {validation: {allowedImports: [math, socket]}}}}")
    data = as_json("validate", *(name for name in files if name.endswith(".py")), "--policy", "p.yaml", files=files)
    assert {(found["rule"], found["file"]) for found in data["findings"]} == {("py-network", "m33.py")}
    assert [len(one["files"]) for one in data["programs"]] == [70]


def test_a_defect_is_not_the_programs_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise KeyError("policy")

    monkeypatch.setattr(validate, "request_bytes", broken)
    result = run("validate", "a.py", files={"a.py": "x = 1\n"})
    assert result.exit_code == 2
    assert result.stderr == "codeexec: the check itself failed (KeyError: 'policy'); this is a defect\n"
