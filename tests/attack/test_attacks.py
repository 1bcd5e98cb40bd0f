"""Each attack failed, as seen from outside of its sandbox; and the same attack works where its defence is off."""

import pytest

from tests.attack.attack import Attack, Evidence, Without
from tests.attack.campaign import Campaign
from tests.attack.themes import ATTACKS


def _told(e: Evidence) -> str:
    pod = e.pod.get("status", {}).get("containerStatuses", [{}])[0].get("state")
    return f"{e.run}\noutput: {e.output[:2000]!r}\npod: {pod}\ntrouble: {e.trouble}\nprocesses: {len(e.processes)}"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_fails(seen: Campaign, attack: Attack) -> None:
    e = seen.sandboxed[attack.id].evidence
    assert e.run, f"the run was never seen\n{_told(e)}"
    assert e.run.finished, f"no verdict\n{_told(e)}"
    assert not attack.worked(e), f"IT WORKED: {attack.tries}\n{_told(e)}"
    assert e.run.reason in attack.verdict, f"the verdict names another ending\n{_told(e)}"
    if attack.watched:
        assert e.portraits(), f"nobody saw the program after its attempt\n{_told(e)}"
    if attack.also:
        assert attack.also(e), _told(e)


@pytest.mark.parametrize(
    "attack", [a for a in ATTACKS if not isinstance(a.control, Without)], ids=lambda attack: attack.id
)
def test_works_without_its_defence(seen: Campaign, attack: Attack) -> None:
    e = seen.controls[attack.id].evidence
    assert not e.trouble, e.trouble
    assert attack.worked(e), f"the control shows nothing\n{_told(e)}"
