"""The operator as it is installed: hardened itself, watched by probes, and telling what it did."""

import hashlib
import json
import re
import time
from collections import Counter

from codeexec.domain.languages import IMAGES
from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import Namespace
from tests.harness.requests import writes
from tests.harness.surroundings import SYSTEM
from tests.harness.waiting import until

SELECTOR = "app.kubernetes.io/name=codeexec"


async def operator_pod(system: Kubectl) -> Object:
    (pod,) = await system.items("pods", SELECTOR)
    return pod


async def metrics(system: Kubectl) -> str:
    name = (await operator_pod(system))["metadata"]["name"]
    return await system.read("get", "--raw", f"/api/v1/namespaces/{SYSTEM}/pods/{name}:8080/proxy/metrics")


def sample(text: str, name: str, **labels: str) -> float:
    """The value of one series; 0 before it is there."""
    for found, inner, value in re.findall(r"^(\w+)(?:\{(.*)\})? (\S+)$", text, re.MULTILINE):
        if found == name and dict(re.findall(r'(\w+)="([^"]*)"', inner)) == labels:
            return float(value)
    return 0.0


async def test_the_operator_is_hardened(system: Kubectl) -> None:
    pod = await operator_pod(system)
    spec, (container,) = pod["spec"], pod["spec"]["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] > 0
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    assert not [volume for volume in spec.get("volumes", ()) if "hostPath" in volume or "secret" in volume]
    space = json.loads(await system.read("get", "namespace", SYSTEM, "-o", "json"))
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


async def test_the_operator_has_probes_and_is_ready(system: Kubectl) -> None:
    pod = await operator_pod(system)
    (container,) = pod["spec"]["containers"]
    for probe, path in (("readinessProbe", "/readyz"), ("livenessProbe", "/healthz"), ("startupProbe", "/readyz")):
        assert container[probe]["httpGet"]["path"] == path
    assert pod["status"]["containerStatuses"][0]["ready"] is True
    for path in ("healthz", "readyz"):
        where = f"/api/v1/namespaces/{SYSTEM}/pods/{pod['metadata']['name']}:8080/proxy/{path}"
        assert await system.read("get", "--raw", where) == "ok\n"


async def test_every_language_image_waits_on_every_node(system: Kubectl, kubectl: Kubectl) -> None:
    async def look() -> bool:
        status = json.loads(await system.read("get", "daemonset", "codeexec-images", "-o", "json"))["status"]
        nodes = await kubectl.items("nodes")
        return status["desiredNumberScheduled"] == status.get("numberReady") == len(nodes)

    await until(look, "the images' Pod on every node")
    for pod in await system.items("pods", "app.kubernetes.io/name=codeexec-images"):
        spec = pod["spec"]
        assert {container["name"] for container in spec["initContainers"]} == set(IMAGES)
        assert spec["automountServiceAccountToken"] is False
        assert not [volume for volume in spec.get("volumes", ()) if "projected" in volume]


async def test_the_images_pod_goes_when_told(system: Kubectl) -> None:
    pod = (await system.items("pods", "app.kubernetes.io/name=codeexec-images"))[0]["metadata"]
    began = time.monotonic()
    await system.read("delete", "pod", pod["name"], "--wait")
    assert time.monotonic() - began < 15, "not at the end of its 30 s of grace"


async def test_one_line_of_audit_for_each_run(namespace: Namespace, system: Kubectl) -> None:
    code = "print('a-secret-of-the-program')\nraise SystemExit(4)\n"
    run = await namespace.run(code, stdin="a-secret-of-the-input", args=["a-secret-of-the-arguments"])

    async def look() -> list[Object] | None:
        lines = [json.loads(line) for line in (await system.read("logs", "deploy/codeexec")).splitlines()]
        return [line for line in lines if line["logger"] == "codeexec.audit" and line["uid"] == run.uid] or None

    (line,) = await until(look, "the line of audit")
    assert (line["namespace"], line["execution"], line["language"]) == (namespace.name, run.name, "python")
    assert (line["reason"], line["exit_code"]) == ("NonZeroExit", 4)
    assert line["code_sha256"] == hashlib.sha256(code.encode()).hexdigest()
    assert line["sandbox"]["pod"] == run.status["sandbox"]["pod"]
    assert line["policy"] == run.status["policy"]
    assert line["metrics"] == run.status["metrics"]
    assert line["seconds"]["total"] > 0
    whole = await system.read("logs", "deploy/codeexec")
    assert "a-secret" not in whole, "neither code nor input nor output is in the log"


async def test_metrics_count_runs_by_reason(namespace: Namespace, system: Kubectl) -> None:
    before = await metrics(system)
    await namespace.run("print()")
    await namespace.run("raise SystemExit(1)")

    async def look() -> bool:
        now = await metrics(system)
        return all(
            sample(now, "codeexec_runs_total", language="python", reason=reason)
            == sample(before, "codeexec_runs_total", language="python", reason=reason) + 1
            for reason in ("Completed", "NonZeroExit")
        )

    await until(look, "both counted")
    now = await metrics(system)
    for stage in ("start", "run", "report", "total"):
        assert sample(now, "codeexec_stage_duration_seconds_count", stage=stage) > 0
    assert "codeexec_api_requests_total{" in now
    assert namespace.name not in now, "no name of an object is a label"


KINDS = ("codeexecutions", "codeexecutions/status", "sandboxpolicies", "pods", "pods/exec", "networkpolicies")


async def test_a_run_costs_at_most_five_writes(namespace: Namespace, kubectl: Kubectl) -> None:
    """By the API server's own count, which is of everybody's writes: namespaces of other tests may still be on their
    way out. What one run really needs is what the quietest of a few has needed."""
    await namespace.run("print('the namespace has its network policy now')")
    await namespace.swept()
    seen = []
    for _ in range(5):
        before = await _settled(kubectl)
        assert (await namespace.run("print('counted')")).reason == "Completed"
        await namespace.swept()
        since = (await _settled(kubectl)) - before
        seen.append({what: count for what, count in since.items() if what[0] in KINDS})
        if sum(seen[-1].values()) <= 5:
            break
    fewest = min(seen, key=lambda counts: sum(counts.values()))
    assert fewest == {
        ("codeexecutions", "POST"): 1,  # kubectl apply, which is not ours
        ("pods", "POST"): 1,
        ("codeexecutions/status", "PATCH"): 2,
        ("pods", "DELETE"): 1,
    }, "apply, create, claim, verdict, delete"


async def _settled(kubectl: Kubectl) -> Counter[tuple[str, str]]:
    """The counts, once nothing is counted any more."""
    last = await writes(kubectl)

    async def look() -> Counter[tuple[str, str]] | None:
        nonlocal last
        last, before = await writes(kubectl), last
        return last if all(last[what] == before[what] for what in last if what[0] in KINDS) else None

    return await until(look, "no more writes by anybody", every=1.0)
