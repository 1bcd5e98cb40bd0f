"""Prometheus metrics: base units, bounded labels, never a name of an object."""

from prometheus_client import Counter, Gauge, Histogram

RUNS = Counter("codeexec_runs_total", "Finished runs.", ["language", "reason"])
STAGES = Histogram(
    "codeexec_stage_duration_seconds",
    "How long a finished run spent in each stage.",
    ["stage"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
VALIDATIONS = Counter("codeexec_validations_total", "Runs whose code was checked.", ["language", "outcome"])
VALIDATION_SECONDS = Histogram(
    "codeexec_validation_duration_seconds",
    "How long a check took, its wait for a worker included.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)
VALIDATORS_STARTED = Gauge("codeexec_validators_started", "Worker processes started since the operator's start.")
VALIDATIONS_WAITING = Gauge("codeexec_validations_waiting", "Programs that wait for a worker to check them.")
IN_FLIGHT = Gauge("codeexec_runs_in_flight", "Runs that hold a sandbox slot.")
WAITING = Gauge("codeexec_runs_waiting", "Runs that wait for a sandbox slot.")
QUEUE_DEPTH = Gauge("codeexec_queue_depth", "Keys that wait to be reconciled.")
API_REQUESTS = Counter("codeexec_api_requests_total", "Requests to the API server.", ["verb", "resource", "code"])
FAILURES = Counter("codeexec_reconcile_failures_total", "Reconciles that ended in an error and were retried.")
