"""The samples of the repository do what the README says they do."""

import base64
from collections.abc import Iterator

import pytest
import yaml

from tests.harness.fixtures import new_namespace
from tests.harness.kubectl import Kubectl
from tests.harness.namespaces import Namespace
from tests.harness.runs import Run
from tests.harness.surroundings import SAMPLES


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl) -> Iterator[Namespace]:
    """As a user's is: without a policy, so with every check."""
    with new_namespace(kubectl, "samples") as made:
        yield made


async def verdict(namespace: Namespace, sample: str) -> Run:
    await namespace.kubectl.read("apply", "-f", str(SAMPLES / f"{sample}.yaml"))
    return await namespace.finished(sample)


async def test_hello(namespace: Namespace) -> None:
    run = await verdict(namespace, "hello")
    assert (run.phase, run.reason, run.exit_code) == ("Succeeded", "Completed", 0)
    assert run.output == "Hello from a sandbox\n"
    assert (run.stderr, run.message) == ("", "")
    assert run.status["success"] is True
    assert "truncated" not in run.status
    assert run.status["metrics"]["outputBytes"] == len(run.output)


GREETINGS = {
    "python": "Python",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "go": "Go",
    "rust": "Rust",
    "java": "Java",
    "cpp": "C++",
    "c": "C",
}


@pytest.mark.parametrize("language", GREETINGS)
async def test_hello_in_every_language(namespace: Namespace, language: str) -> None:
    run = await verdict(namespace, f"hello-{language}")
    assert run.spec["language"] == language
    assert (run.reason, run.output, run.stderr) == ("Completed", f"Hello from {GREETINGS[language]}\n", ""), run
    assert "compilerOutput" not in run.status


async def test_judge(namespace: Namespace) -> None:
    run = await verdict(namespace, "judge")
    assert {item["name"]: item["reason"] for item in run.status["batch"]} == {
        "small": "Completed",
        "ragged": "Completed",
        "large": "Timeout",
        "wrong": "WrongOutput",
    }, run
    assert (run.phase, run.reason) == ("Failed", "Timeout")
    assert run.message.startswith("2 of 4 items failed; the first is large")


async def test_report(namespace: Namespace) -> None:
    run = await verdict(namespace, "report")
    assert run.reason == "Completed", run
    table, raw = run.status["artifacts"]
    assert (table["path"], table["content"]) == ("out/squares.csv", "1,1\n2,4\n3,9\n4,16\n5,25\n")
    assert (raw["path"], base64.b64decode(raw["contentBase64"])) == ("raw.bin", bytes(range(8)))


def test_every_sample_is_tried() -> None:
    found = {
        document["metadata"]["name"]
        for path in SAMPLES.glob("*.yaml")
        for document in yaml.safe_load_all(path.read_text())
    }
    tried = {"hello", "exit-3", "endless-loop", "flood", "memory-bomb", "judge", "report", "files", "unsafe"}
    assert found == tried | {f"hello-{language}" for language in GREETINGS}


async def test_exit_3(namespace: Namespace) -> None:
    run = await verdict(namespace, "exit-3")
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "NonZeroExit", 3)
    assert run.output == "leaving with 3\n"
    assert run.status["error"]["code"] == "NON_ZERO_EXIT"


async def test_unsafe(namespace: Namespace) -> None:
    run = await verdict(namespace, "unsafe")
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "UnsafeCode", None)
    assert run.status["error"]["code"] == "UNSAFE_CODE_PATTERN"
    assert {(found["line"], found["snippet"]) for found in run.status["violations"]} >= {(1, "subprocess")}
    assert "sandbox" not in run.status


async def test_endless_loop(namespace: Namespace) -> None:
    run = await verdict(namespace, "endless-loop")
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "Timeout", 124)
    assert run.output == "looping\n", "what was printed before the end is kept"
    assert "2 s" in run.message
    assert run.status["metrics"]["executionTimeMs"] >= 2000


async def test_flood(namespace: Namespace) -> None:
    run = await verdict(namespace, "flood")
    assert (run.phase, run.reason, run.exit_code) == ("Succeeded", "Completed", 0)
    truncated, kept = run.status["truncated"], 65_536
    assert (truncated["stdout"], truncated["stderr"]) == (True, False)
    assert truncated["stdoutBytes"] == 10_000_000 - kept
    assert run.status["metrics"]["outputBytes"] == 10_000_000
    assert run.output.startswith(f"{0:099d}\n{1:099d}\n"), "the head is kept"
    assert run.output.endswith(f"{99_998:099d}\n{99_999:099d}\n"), "the tail is kept"
    assert f"[... {10_000_000 - kept:,} bytes left out ...]" in run.output


async def test_memory_bomb(namespace: Namespace) -> None:
    run = await verdict(namespace, "memory-bomb")
    assert (run.phase, run.reason, run.exit_code) == ("Failed", "MemoryLimitExceeded", 137)
    assert "out of memory" in run.message
    assert run.status["error"]["code"] == "MEMORY_LIMIT_EXCEEDED"


async def test_applying_a_finished_sample_again_changes_nothing(namespace: Namespace) -> None:
    before = await verdict(namespace, "hello")
    assert "unchanged" in await namespace.kubectl.read("apply", "-f", str(SAMPLES / "hello.yaml"))
    assert (await namespace.get("hello")).obj == before.obj
