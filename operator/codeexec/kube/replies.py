"""From an unhappy HTTP reply, or the Status object in a watch, to an error of ours: the place that knows codes."""

import contextlib
from typing import Any

import orjson

from codeexec.kube.errors import Conflict, Gone, KubeError, NotFound, Refused, Throttled, Unavailable

LONGEST_MESSAGE = 1024
DEFAULT_PATIENCE = 1.0
"""Seconds to wait on a 429 that does not say how long."""
_TOO_LARGE = ("etcdserver: request is too large", "trying to send message larger than max")
"""How a server words, with 500, that an object does not fit into its store: trying again would change nothing."""


def failure_of_reply(what: str, status: int, retry_after: str | None, payload: bytes) -> KubeError:
    """The error that a reply stands for. `what` names the request; the body may be a Status, prose, or anything."""
    details: Any = None
    with contextlib.suppress(orjson.JSONDecodeError):
        details = orjson.loads(payload)
    if not isinstance(details, dict):
        details = {"message": payload[:LONGEST_MESSAGE].decode("utf-8", "replace")}
    return failure_of_status(what, status, details, retry_after)


def failure_of_status(what: str, status: int, details: dict[str, Any], retry_after: str | None = None) -> KubeError:
    """The error that a Kubernetes Status object stands for."""
    words = printable(str(details.get("message") or details.get("reason") or "no explanation given"))
    message = f"{what}: {words} (HTTP {status})"
    after = _patience(details, retry_after)
    if status == 404:
        return NotFound(message)
    if status == 422 and _is_other_uid(details):
        return Conflict(message)
    if status == 409:
        return Conflict(message, "AlreadyExists" if details.get("reason") == "AlreadyExists" else "Conflict")
    if status == 410:
        return Gone(message)
    if status == 429:
        return Throttled(message, DEFAULT_PATIENCE if after is None else after, status)
    if status == 503 and after is not None:
        return Throttled(message, after, status)
    if 400 <= status < 500 and status != 408:
        return Refused(message, status)
    if status == 500 and any(sign in words for sign in _TOO_LARGE):
        return Refused(message, 413)
    return Unavailable(message)


def _is_other_uid(details: dict[str, Any]) -> bool:
    """Whether a patch failed on `metadata.uid`: how a server words that precondition for most kinds."""
    inner = details.get("details")
    causes = inner.get("causes") if isinstance(inner, dict) else None
    return any(isinstance(cause, dict) and cause.get("field") == "metadata.uid" for cause in causes or ())


def printable(text: str) -> str:
    """`text` on one line, without control characters, cut to 1,024 characters: it may come out of a sandbox."""
    return "".join(c if c.isprintable() else " " for c in text[:LONGEST_MESSAGE])


def _patience(details: dict[str, Any], retry_after: str | None) -> float | None:
    """Seconds from the Retry-After header, else from the Status details; None when neither says."""
    inner = details.get("details")
    told = inner.get("retryAfterSeconds") if isinstance(inner, dict) else None
    for value in (retry_after, told):
        with contextlib.suppress(TypeError, ValueError):
            seconds = float(value)  # type: ignore[arg-type]  # None and dates fall through to the next source
            if 0 <= seconds <= 3600:
                return seconds
    return None
