"""Whose writes are whose."""

from bench.counters import Cost, Reading, Writes, cost, parse_cpu_seconds, parse_writes

METRICS = """\
# HELP apiserver_request_total [STABLE] Counter of apiserver requests
# TYPE apiserver_request_total counter
apiserver_request_total{code="201",group="",resource="pods",scope="resource",subresource="",verb="POST"} 3
apiserver_request_total{code="409",group="",resource="pods",scope="resource",subresource="",verb="POST"} 1
apiserver_request_total{code="200",group="",resource="pods",scope="namespace",subresource="",verb="WATCH"} 9
apiserver_request_total{code="200",group="",resource="pods",scope="resource",subresource="status",verb="PATCH"} 12
apiserver_request_total{code="200",group="coordination.k8s.io",resource="leases",subresource="",verb="PUT"} 1e+06
apiserver_request_duration_seconds_sum{resource="pods",verb="POST"} 5
"""


def test_refused_writes_count_and_reads_do_not() -> None:
    assert parse_writes(METRICS) == {"POST pods": 4, "PATCH pods/status": 12}


def test_cost_is_split_by_who_wrote() -> None:
    before = Reading(Writes({"POST pods": 5, "PATCH pods/status": 20}), 1.5)
    after = Reading(
        Writes(
            {
                "POST codeexecutions": 2,
                "PATCH codeexecutions/status": 4,
                "POST pods": 7,
                "DELETE pods": 2,
                "PATCH pods/status": 28,
                "POST events": 8,
            }
        ),
        1.56,
    )
    found = cost(before, after, [0, 0])
    assert found.undisturbed
    assert found.per_run() == {"user": 1.0, "operator": 4.0, "platform": 8.0}
    assert found.cpu_ms_per_run() == 30.0


def test_cost_tells_when_others_were_at_work() -> None:
    ours = {"POST codeexecutions": 2, "POST pods": 2}
    assert Cost(2, 2, Writes(ours), None).undisturbed
    assert not Cost(2, 2, Writes({**ours, "POST codeexecutions": 3}), None).undisturbed
    assert not Cost(2, 2, Writes({**ours, "POST pods": 3}), None).undisturbed


def test_a_lost_sandbox_is_no_disturbance() -> None:
    seen = Reading(Writes({"POST codeexecutions": 2, "POST pods": 3}), None)
    assert cost(Reading(Writes(), None), seen, [0, 1]).undisturbed
    assert not cost(Reading(Writes(), None), seen, [0, 0]).undisturbed


def test_cpu_time_is_unknown_without_the_operators_metrics() -> None:
    assert parse_cpu_seconds("up 1\n") is None
    assert parse_cpu_seconds("# TYPE x counter\nprocess_cpu_seconds_total 12.34\n") == 12.34
    assert cost(Reading(Writes(), None), Reading(Writes(), 1.0), [0]).cpu_ms_per_run() is None
