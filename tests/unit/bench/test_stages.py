"""The stages of one run add up to the whole."""

from datetime import UTC, datetime, timedelta

from bench.executions import split

APPLIED = datetime(2026, 1, 1, tzinfo=UTC)


def at(milliseconds: int) -> str:
    return (APPLIED + timedelta(milliseconds=milliseconds)).isoformat().replace("+00:00", "Z")


def test_stages_add_up_and_a_missing_point_joins_the_next_stage() -> None:
    timeline = {"accepted": at(10), "claimed": at(30), "delivered": at(600), "started": at(605)}
    timeline |= {"finished": at(630), "reported": at(640), "queued": at(11)}
    stages = split(timeline, APPLIED, APPLIED + timedelta(milliseconds=650))
    assert stages["ready->delivered"] == 0.57
    assert "claimed->ready" not in stages
    assert round(sum(stages.values()), 6) == 0.65
