"""Everything that is rendered, compared as whole files.

`UPDATE_GOLDEN=1 pytest tests/unit/domain/test_rendering.py` writes the files anew; the change is then there to review.
"""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from codeexec.domain.languages import job
from codeexec.domain.network import render_deny_all
from codeexec.domain.pod import START_SECONDS, UIDS, Site, pick_uid, render_pod
from tests.unit.domain.examples import LIMITS, UID, execution

GOLDEN = Path(__file__).parent / "golden"
FULL = execution(
    code="import sys\nprint(sys.argv)\n",
    args=["--name", "x y"],
    stdin="first line\n",
    env=[{"name": "GREETING", "value": "$(HOME)"}],
)


def pod(*, user_namespaces: bool) -> dict[str, Any]:
    return render_pod(FULL, LIMITS, 0, 20_001, Site("python:test", user_namespaces))


@pytest.mark.parametrize(
    ("file", "rendered"),
    [
        ("pod.yaml", pod(user_namespaces=True)),
        ("pod-without-user-namespaces.yaml", pod(user_namespaces=False)),
        ("networkpolicy.yaml", render_deny_all("lab")),
        ("job.yaml", job(FULL, LIMITS)),
    ],
)
def test_golden(file: str, rendered: dict[str, Any]) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / file).write_text(yaml.safe_dump(rendered, sort_keys=False), encoding="utf-8")
    assert rendered == yaml.safe_load((GOLDEN / file).read_text(encoding="utf-8"))


def test_user_namespaces_change_one_line() -> None:
    with_them, without = pod(user_namespaces=True), pod(user_namespaces=False)
    assert with_them["spec"].pop("hostUsers") is False
    assert without["spec"].pop("hostUsers") is True
    assert with_them == without


def test_nothing_of_a_users_text_reaches_the_pod() -> None:
    text = yaml.safe_dump(pod(user_namespaces=True))
    for secret in (FULL.spec.code, *FULL.spec.args, FULL.spec.stdin, FULL.spec.env[0].name, FULL.spec.env[0].value):
        assert secret not in text


def test_attempt_and_limits_show_in_the_pod() -> None:
    limits = LIMITS.but(memory="1Gi", timeout_seconds=7)
    made = render_pod(FULL, limits, 2, 20_001, Site("python:test", user_namespaces=True))
    assert made["metadata"]["name"] == f"cx-{UID}-2"
    assert made["spec"]["activeDeadlineSeconds"] == 7 + START_SECONDS
    assert {volume["emptyDir"]["sizeLimit"] for volume in made["spec"]["volumes"]} == {str((1 << 30) // 4)}


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
