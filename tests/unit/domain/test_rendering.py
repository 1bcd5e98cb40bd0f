"""Everything that is rendered, compared as whole files.

`UPDATE_GOLDEN=1 pytest tests/unit/domain/test_rendering.py` writes the files anew; the change is then there to review.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from codeexec.domain.job import job
from codeexec.domain.network import render_deny_all, render_granted
from codeexec.domain.pod import START_SECONDS, UIDS, Site, pick_uid, render_pod
from codeexec.models.execution import CodeExecution
from codeexec.models.status import EffectiveLimits
from tests.unit.domain.examples import BUILT_IN, COMPILED, LIMITS, UID, execution

GOLDEN = Path(__file__).parent / "golden"
FULL = execution(
    code="import sys\nprint(sys.argv)\n",
    args=["--name", "x y"],
    stdin="first line\n",
    env=[{"name": "GREETING", "value": "$(HOME)"}],
)
NETWORK = execution(language="javascript", code="fetch('https://example.org')\n", access={"network": True})
JAVA = execution(
    language="java",
    files=[
        {"path": "Main.java", "content": "class Main { public static void main(String[] a) { Util.greet(); } }\n"},
        {"path": "util/Util.java", "content": "class Util { static void greet() {} }\n"},
        {"path": "data.bin", "contentBase64": "AAEC"},
    ],
    access={"filesystem": True, "commands": True},
    artifacts=["out/*.png"],
)
BATCH = execution(
    language="c",
    code="int main(void) { return 0; }\n",
    batch=[
        {"name": "same", "stdin": "1\n", "expectedOutput": "1\n"},
        {"name": "less", "args": ["-x"], "timeoutSeconds": 5, "limits": {"memory": "64Mi", "processes": 1}},
        {"name": "other", "code": "int main(void) { return 1; }\n"},
    ],
)


def pod(run: CodeExecution = FULL, limits: EffectiveLimits = LIMITS, *, user_namespaces: bool = True) -> dict[str, Any]:
    return render_pod(run, limits, 0, 20_001, Site("python:test", user_namespaces))


@pytest.mark.parametrize(
    ("file", "rendered"),
    [
        ("pod.yaml", pod()),
        ("pod-without-user-namespaces.yaml", pod(user_namespaces=False)),
        ("pod-with-network.yaml", pod(NETWORK)),
        ("pod-compiled.yaml", pod(BATCH, COMPILED.but(memory="256Mi"))),
        ("networkpolicy.yaml", render_deny_all("lab")),
        ("networkpolicy-granted.yaml", render_granted("lab")),
        ("job.yaml", job(FULL, LIMITS, BUILT_IN)),
        ("job-with-network.yaml", job(NETWORK, LIMITS, BUILT_IN.but(require=("Seccomp", "Landlock")))),
        ("job-java.yaml", job(JAVA, COMPILED, BUILT_IN)),
        ("job-batch.yaml", job(BATCH, COMPILED.but(memory="256Mi"), BUILT_IN)),
    ],
)
def test_golden(file: str, rendered: dict[str, Any]) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / file).write_text(yaml.safe_dump(rendered, sort_keys=False), encoding="utf-8")
    assert rendered == yaml.safe_load((GOLDEN / file).read_text(encoding="utf-8"))


def test_user_namespaces_change_one_line() -> None:
    with_them, without = pod(), pod(user_namespaces=False)
    assert with_them["spec"].pop("hostUsers") is False
    assert without["spec"].pop("hostUsers") is True
    assert with_them == without


def test_nothing_of_a_users_text_reaches_the_pod() -> None:
    text = yaml.safe_dump(pod())
    assert FULL.spec.code
    for secret in (FULL.spec.code, *FULL.spec.args, FULL.spec.stdin, FULL.spec.env[0].name, FULL.spec.env[0].value):
        assert secret not in text


def test_attempt_and_limits_show_in_the_pod() -> None:
    limits = LIMITS.but(memory="1Gi", timeout_seconds=7)
    made = render_pod(FULL, limits, 2, 20_001, Site("python:test", user_namespaces=True))
    assert made["metadata"]["name"] == f"cx-{UID}-2"
    assert made["spec"]["activeDeadlineSeconds"] == 7 + START_SECONDS
    assert made["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "1", "memory": "1024Mi"}


def volumes(limits: EffectiveLimits) -> set[int]:
    return {int(volume["emptyDir"]["sizeLimit"]) for volume in pod(limits=limits)["spec"]["volumes"]}


def test_the_volumes_hold_what_a_run_may_write_and_leave_room_for_the_program() -> None:
    assert volumes(LIMITS.but(disk_bytes=8 << 20)) == {12 << 20}  # and the program's own files
    assert volumes(COMPILED.but(disk_bytes=8 << 20)) == {40 << 20}  # and what the compiler writes
    assert volumes(LIMITS.but(memory="32Mi", disk_bytes=1 << 30)) == {12 << 20}  # both full: three quarters of memory


@pytest.mark.parametrize(
    ("own", "compiler", "sandbox"), [("64Mi", "512Mi", 512), ("512Mi", "64Mi", 512), ("1Gi", "1Gi", 1024)]
)
def test_a_sandbox_has_room_for_the_program_and_for_its_compiler(own: str, compiler: str, sandbox: int) -> None:
    assert COMPILED.compile
    limits = COMPILED.but(memory=own, compile=COMPILED.compile.but(memory=compiler))
    (container,) = pod(BATCH, limits)["spec"]["containers"]
    assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]
    assert container["resources"]["limits"]["memory"] == f"{sandbox}Mi"


@pytest.mark.parametrize(("limit", "request_"), [("1", "100m"), ("100m", "100m"), ("99m", "99m"), ("10m", "10m")])
def test_no_request_is_above_its_limit(limit: str, request_: str) -> None:
    """The API server would refuse the Pod."""
    (container,) = pod(limits=LIMITS.but(cpu=limit))["spec"]["containers"]
    assert container["resources"]["requests"]["cpu"] == request_


def test_the_network_changes_a_label_and_the_name_service_and_nothing_else() -> None:
    shut, opened = pod(execution(language="javascript")), pod(NETWORK)
    assert opened["metadata"]["labels"].pop("codeexec.dev/network") == "granted"
    assert opened["spec"].pop("dnsPolicy") == "ClusterFirst"
    assert (shut["spec"].pop("dnsPolicy"), shut["spec"].pop("dnsConfig")) == ("None", {"nameservers": ["127.0.0.1"]})
    assert opened == shut


def test_the_kubelet_gives_all_steps_the_time_they_may_take() -> None:
    """Two compilations and three runs, and a second from each to the next."""
    assert pod(BATCH, COMPILED)["spec"]["activeDeadlineSeconds"] == 2 * 30 + (30 + 5 + 30) + 4 + START_SECONDS


def test_a_user_id_is_the_same_for_the_same_execution_and_avoids_those_in_use() -> None:
    first = pick_uid(UID, set())
    assert first in UIDS
    assert pick_uid(UID, set()) == first
    assert pick_uid(UID, {first}) == first + 1


def test_user_ids_wrap_around_at_the_end_of_the_range() -> None:
    last = next(uid for uid in (f"run-{n}" for n in range(1_000_000)) if pick_uid(uid, set()) == UIDS[-1])
    assert pick_uid(last, {UIDS[-1]}) == UIDS[0]


def test_the_last_free_user_id_is_found_and_after_it_none() -> None:
    taken = set(UIDS)
    taken.remove(31_337)
    assert pick_uid(UID, taken) == 31_337
    with pytest.raises(ValueError, match="40000 sandbox user ids are in use"):
        pick_uid(UID, set(UIDS))
