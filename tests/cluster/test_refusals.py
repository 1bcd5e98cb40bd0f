"""What cannot be run is refused when it is applied, or ends with a reason that names the field. Nothing hangs."""

import json

import pytest

from tests.harness.kubectl import Object
from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, policy, python

CODE = "print('never')"


async def refusal(namespace: Namespace, obj: Object, *words: str) -> str:
    """What kubectl says."""
    answer = await namespace.kubectl.ask("apply", *words, "-f", "-", stdin=obj)
    assert answer.code != 0, f"it was taken: {answer.out}"
    assert "Traceback" not in answer.err
    return answer.err


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        pytest.param({"language": "cobol"}, "spec.language", id="unknown language"),
        pytest.param({"language": None}, "spec.language", id="no language"),
        pytest.param({"code": ""}, "spec.code", id="empty code"),
        pytest.param({"code": None}, "give code or files", id="no code"),
        pytest.param({"code": 42}, "spec.code", id="code that is a number"),
        pytest.param({"timeoutSeconds": -1}, "spec.timeoutSeconds", id="negative timeout"),
        pytest.param({"timeoutSeconds": 0}, "spec.timeoutSeconds", id="no time at all"),
        pytest.param({"timeoutSeconds": 3601}, "spec.timeoutSeconds", id="timeout beyond every policy"),
        pytest.param({"timeoutSeconds": "soon"}, "spec.timeoutSeconds", id="timeout in words"),
        pytest.param({"args": ["x"] * 65}, "spec.args", id="too many arguments"),
        pytest.param({"args": ["x" * 4097]}, "spec.args[0]", id="argument too long"),
        pytest.param({"env": [{"name": "1=2", "value": ""}]}, "spec.env[0].name", id="name of a variable"),
        pytest.param({"env": [{"value": "x"}]}, "spec.env[0].name", id="variable without a name"),
        pytest.param({"policyRef": {}}, "spec.policyRef.name", id="reference to no policy"),
        pytest.param({"policyRef": {"name": "../other/default"}}, "spec.policyRef.name", id="policy outside"),
        pytest.param({"ttlSecondsAfterFinished": -5}, "spec.ttlSecondsAfterFinished", id="negative TTL"),
        pytest.param({"ttlDeletes": "Everything"}, "spec.ttlDeletes", id="unknown thing to delete"),
        pytest.param({"ttlDeletes": "Execution"}, "ttlSecondsAfterFinished", id="would be gone unread"),
        pytest.param({"cancel": "yes"}, "spec.cancel", id="cancel in words"),
    ],
)
async def test_refused_when_applied(namespace: Namespace, spec: Object, named: str) -> None:
    obj = python(CODE)
    obj["spec"] = {key: value for key, value in (obj["spec"] | spec).items() if value is not None}
    assert named in await refusal(namespace, obj)


async def test_an_unknown_field_is_named(namespace: Namespace) -> None:
    assert 'unknown field "spec.langauge"' in await refusal(namespace, python(CODE, langauge="python"))


async def test_an_unknown_field_is_named_by_server_side_apply_too(namespace: Namespace) -> None:
    assert "spec.image" in await refusal(namespace, python(CODE, image="evil"), "--server-side")


async def test_code_beyond_the_schema(namespace: Namespace) -> None:
    assert "spec.code" in await refusal(namespace, python("#" * 262_145), "--server-side")


async def test_code_too_large(namespace: Namespace) -> None:
    """The limit is in bytes, which a schema cannot count."""
    await namespace.apply(python("#" + "é" * 51_200, name="too-large"), server_side=True)
    run = await namespace.finished("too-large")
    assert (run.phase, run.reason) == ("Failed", "CodeTooLarge")
    assert "102,401 bytes" in run.message
    await assert_nothing_ran(namespace, run)


async def test_code_of_just_the_size(namespace: Namespace) -> None:
    run = await namespace.run("print('ran')\n#" + "x" * (102_400 - 14))
    assert (run.reason, run.output) == ("Completed", "ran\n")


async def test_unknown_policy(namespace: Namespace) -> None:
    run = await namespace.run(CODE, policyRef={"name": "generous"})
    assert (run.phase, run.reason) == ("Failed", "PolicyNotFound")
    assert "generous" in run.message
    assert namespace.name in run.message
    await assert_nothing_ran(namespace, run)


async def test_timeout_above_the_built_in_ceiling(namespace: Namespace) -> None:
    run = await namespace.run(CODE, timeoutSeconds=301)
    assert (run.phase, run.reason) == ("Failed", "InvalidSpec")
    assert "spec.timeoutSeconds is 301" in run.message
    assert "300" in run.message
    await assert_nothing_ran(namespace, run)


async def test_timeout_above_the_ceiling_of_the_policy(namespace: Namespace) -> None:
    await namespace.apply(policy("short", maxTimeoutSeconds=20, timeoutSeconds=10))
    run = await namespace.run(CODE, timeoutSeconds=21, policyRef={"name": "short"})
    assert (run.phase, run.reason) == ("Failed", "InvalidSpec")
    assert "policy short allows 20" in run.message
    await assert_nothing_ran(namespace, run)


async def assert_nothing_ran(namespace: Namespace, run: Run) -> None:
    assert not {"output", "exitCode", "metrics", "sandbox"} & set(run.status), run
    assert run.conditions == {"Ready": "False", "Reconciling": "False", "Stalled": "True", "Succeeded": "False"}
    assert await namespace.sandbox_of(run) is None


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        pytest.param({"memory": "a lot"}, "memory", id="memory in words"),
        pytest.param({"memory": "16Mi"}, "memory must be at least 32Mi", id="too little memory"),
        pytest.param({"memory": "-1Gi"}, "memory", id="negative memory"),
        pytest.param({"memory": "512M"}, "memory", id="memory in other units"),
        pytest.param({"cpu": "0"}, "cpu", id="no CPU"),
        pytest.param({"timeoutSeconds": 0}, "timeoutSeconds", id="no time"),
        pytest.param({"timeoutSeconds": 9, "maxTimeoutSeconds": 8}, "timeoutSeconds must not be above", id="crossed"),
        pytest.param({"outputBytes": 1_000_000}, "outputBytes", id="too much output"),
        pytest.param({"swap": "1Gi"}, 'unknown field "spec.languages.python.limits.swap"', id="unknown limit"),
    ],
)
async def test_policies_refused_when_applied(namespace: Namespace, limits: Object, named: str) -> None:
    assert named in await refusal(namespace, policy("bad", **limits))


CHANGES = {
    "language": "c",
    "code": "print('something else')",
    "args": ["other"],
    "stdin": "other",
    "env": [{"name": "OTHER", "value": "1"}],
    "timeoutSeconds": 5,
    "policyRef": {"name": "other"},
    "ttlDeletes": "Execution",
}


@pytest.fixture(scope="module")
def settled(namespace: Namespace) -> str:
    """The name of a run that is not to be changed."""
    spec = {"args": ["a"], "stdin": "b", "env": [{"name": "C", "value": "d"}], "timeoutSeconds": 10}
    obj = python("print('as applied')", name="settled", **spec, ttlSecondsAfterFinished=0)
    namespace.kubectl.read_now("apply", "-f", "-", stdin=obj)
    return "settled"


@pytest.mark.parametrize("field", CHANGES)
async def test_what_runs_cannot_be_changed(namespace: Namespace, settled: str, field: str) -> None:
    await namespace.finished(settled)
    change = json.dumps({"spec": {field: CHANGES[field]}})
    answer = await namespace.kubectl.ask("patch", "cx", settled, "--type=merge", "-p", change)
    assert answer.code != 0
    assert f"spec.{field}" in answer.err
    assert f"spec.{field} is immutable: create a new CodeExecution to run something else" in answer.err


@pytest.mark.parametrize("field", ["args", "stdin", "env", "timeoutSeconds"])
async def test_what_runs_cannot_be_taken_away(namespace: Namespace, settled: str, field: str) -> None:
    change = json.dumps({"spec": {field: None}})
    answer = await namespace.kubectl.ask("patch", "cx", settled, "--type=merge", "-p", change)
    assert answer.code != 0
    assert f"spec.{field} is immutable" in answer.err


async def test_a_cancel_cannot_be_taken_back(namespace: Namespace) -> None:
    run = await namespace.run(CODE, cancel=True)
    for back in (False, None):
        change = json.dumps({"spec": {"cancel": back}})
        answer = await namespace.kubectl.ask("patch", "cx", run.name, "--type=merge", "-p", change)
        assert answer.code != 0
        assert "spec.cancel cannot be taken back" in answer.err


COUNT = "import sys; print(len(sys.stdin.read()))"


@pytest.mark.parametrize(
    ("name", "stdin"),
    [
        ("anything", "<" * 100_000),
        ("a-mebibyte-of-text", ("x" * 30 + "\n") * ((1 << 20) // 31)),
        ("short-lines", "1234567\n" * (1 << 17)),
        ("markup", ("<tag>" + "x" * 80 + "\n") * 10_000),
    ],
)
async def test_the_most_that_is_taken_gets_its_verdict(namespace: Namespace, name: str, stdin: str) -> None:
    await namespace.apply(python(COUNT, name=name, stdin=stdin), server_side=True)
    run = await namespace.finished(name)
    assert (run.reason, run.output) == ("Completed", f"{len(stdin)}\n"), run


@pytest.mark.parametrize(
    ("stdin", "why"),
    [
        pytest.param("<" * 262_000, "20,000 of <, > and &", id="markup"),
        pytest.param("\x01" * 100_001, "cannot have control characters", id="control characters"),
        pytest.param("\u2028" * 100_001, "cannot have control characters", id="odd line ends"),
        pytest.param("\n" * 200_000, "140,000 line ends", id="line ends"),
        pytest.param('"' * 200_000, "60,000 quotation marks", id="quotation marks"),
        pytest.param("é" * 600_000, "more than the store has room for", id="two bytes each"),
    ],
)
async def test_what_would_leave_no_room_for_a_verdict_is_refused(namespace: Namespace, stdin: str, why: str) -> None:
    """However few characters it is: the store counts bytes."""
    answer = await namespace.kubectl.ask("create", "-f", "-", stdin=python(COUNT, stdin=stdin))
    assert answer.code != 0
    assert why in answer.err
