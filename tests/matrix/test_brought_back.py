"""Artifacts: files that a program leaves behind, in status or in a ConfigMap."""

import base64
import hashlib
import json

from tests.harness.namespaces import Namespace
from tests.harness.runs import Run
from tests.matrix.cases import Case, of
from tests.matrix.conftest import Launched

SMALL = """
import os
os.makedirs("out/deep/er")
open("out/a.txt", "w").write("text ü")
open("out/b.bin", "wb").write(bytes(range(256)))
open("out/empty.txt", "w").close()
open("out/deep/er/c.csv", "w").write("1,2\\n")
open("out/ignored.log", "w").write("not asked for")
os.symlink("/etc/passwd", "out/link.txt")
os.link("out/a.txt", "out/deep/twice.txt")
"""
LARGE = """
import hashlib
block = hashlib.shake_256(b"seed").digest(200_000)
for name in ("one", "two"):
    open(name + ".dat", "wb").write(block)
open("huge.dat", "wb").write(bytes(2_000_000))
"""
MANY = """
for number in range(30): open(f"{number:02}.txt", "w").write(str(number))
raise SystemExit(5)
"""
FILES = {"access": {"filesystem": True}}


@of(
    Case(
        "python-artifacts-small",
        "python",
        {"code": SMALL, "artifacts": ["out/*.txt", "out/*.bin", "**/*.csv"], **FILES},
    )
)
async def test_small_ones_are_in_status(run: Run) -> None:
    assert run.reason == "Completed", run
    found = {artifact["path"]: artifact for artifact in run.status["artifacts"]}
    assert set(found) == {"out/a.txt", "out/b.bin", "out/empty.txt", "out/deep/er/c.csv", "out/link.txt"}
    assert base64.b64decode(found["out/b.bin"]["contentBase64"]) == bytes(range(256))
    assert found["out/b.bin"]["sha256"] == hashlib.sha256(bytes(range(256))).hexdigest()
    assert (found["out/empty.txt"]["content"], found["out/empty.txt"]["bytes"]) == ("", 0)
    assert found["out/deep/er/c.csv"]["content"] == "1,2\n"
    for path in ("out/a.txt", "out/link.txt"):
        assert found[path]["missing"] == "it is not a plain file with one name"


@of(Case("python-artifacts-large", "python", {"code": LARGE, "artifacts": ["*.dat"], **FILES}))
async def test_larger_ones_are_in_a_config_map_of_the_executions(run: Run, launched: Launched) -> None:
    assert run.reason == "Completed", run
    found = {artifact["path"]: artifact for artifact in run.status["artifacts"]}
    assert found["huge.dat"]["missing"] == "it is too large to bring back with the others"
    block = hashlib.shake_256(b"seed").digest(200_000)
    place = found["one.dat"]["configMap"]["name"]
    kept = json.loads(await launched.namespace("python").kubectl.read("get", "configmap", place, "-o", "json"))
    for path in ("one.dat", "two.dat"):
        assert (found[path]["bytes"], found[path]["sha256"]) == (200_000, hashlib.sha256(block).hexdigest())
        assert base64.b64decode(kept["binaryData"][found[path]["configMap"]["key"]]) == block
    (owner,) = kept["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("CodeExecution", run.uid)
    assert kept["immutable"] is True


@of(Case("python-artifacts-many", "python", {"code": MANY, "artifacts": ["*.txt"], **FILES}))
async def test_twenty_and_also_of_a_run_that_failed(run: Run) -> None:
    assert (run.reason, run.exit_code) == ("NonZeroExit", 5), run
    found = run.status["artifacts"]
    assert [artifact["path"] for artifact in found] == [f"{number:02}.txt" for number in range(30)]
    assert [artifact.get("content") for artifact in found[:20]] == [str(number) for number in range(20)]
    assert all(artifact["missing"] == "only 20 files are brought back" for artifact in found[20:])


async def test_the_right_to_write_is_needed(namespace: Namespace) -> None:
    refused = Case("python-artifacts-without-the-right", "python", {"code": "print('never')", "artifacts": ["*"]})
    answer = await namespace.kubectl.ask("create", "-f", "-", stdin=refused.manifests()[0])
    assert answer.code != 0
    assert "artifacts need access.filesystem: true" in answer.err
