"""One line in the log, and the metrics, for every run that ends. Never the code itself, only its digest."""

import hashlib
import logging
from datetime import datetime
from typing import Any

import orjson

from codeexec import metrics

_LOG = logging.getLogger("codeexec.audit")
_STAGES = (
    ("queue", "queued", "claimed"),
    ("start", "claimed", "ready"),
    ("deliver", "ready", "started"),
    ("run", "started", "finished"),
    ("report", "finished", "reported"),
    ("total", "accepted", "reported"),
)


def finished(obj: dict[str, Any]) -> None:
    """`obj`: the CodeExecution as it was stored with its verdict."""
    meta, spec, status = obj["metadata"], obj.get("spec", {}), obj["status"]
    durations = _durations(status.get("timeline", {}))
    language = str(spec.get("language", "unknown"))
    metrics.RUNS.labels(language, status["reason"]).inc()
    for stage, seconds in durations.items():
        metrics.STAGES.labels(stage).observe(seconds)
    _LOG.info(
        "run finished",
        extra={
            "namespace": meta["namespace"],
            "execution": meta["name"],
            "uid": meta["uid"],
            "language": language,
            "code_sha256": _digest(spec),
            "reason": status["reason"],
            "exit_code": status.get("exitCode"),
            "policy": status.get("policy"),
            "sandbox": status.get("sandbox"),
            "node": status.get("runtime", {}).get("node"),
            "metrics": status.get("metrics"),
            "seconds": {stage: round(seconds, 6) for stage, seconds in durations.items()},
        },
    )


def _digest(spec: dict[str, Any]) -> str:
    """Of `code` where that is all there is, so that anybody can compare; else of all sources, as canonical JSON."""
    sources = {name: spec[name] for name in ("code", "files", "entrypoint", "batch") if name in spec}
    only = sources["code"].encode() if list(sources) == ["code"] else orjson.dumps(sources, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(only).hexdigest()


def _durations(timeline: dict[str, str]) -> dict[str, float]:
    at = {name: datetime.fromisoformat(value) for name, value in timeline.items()}
    return {
        stage: max((at[end] - at[begin]).total_seconds(), 0.0)
        for stage, begin, end in _STAGES
        if begin in at and end in at
    }
