"""Limits of the pool and of each worker; the defaults are design decisions, measured."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    handler: str = "codeexec.validation.ready:handle"
    """`module:function` of `handle(policy: bytes, request: bytes) -> bytes`, imported by the worker."""
    import_from: str | None = None
    """Folder to look for its module first, where it is not installed."""
    soft_seconds: float = 0.5
    """Processor time of one request, watched by the handler itself (`deadline`)."""
    hard_seconds: float = 1.0
    """Wall time of one request; then the worker is killed, if it has had the processor for `soft_seconds`."""
    starved_seconds: float = 10.0
    """Wall time of one request for a worker that has no processor: the machine's fault, and no program's."""
    start_seconds: float = 30.0
    memory_bytes: int = 512 * MIB
    """Address space of a worker."""
    resident_bytes: int = 192 * MIB
    """A worker that has grown beyond this is replaced after its answer."""
    requests: int = 1000
    """A worker is replaced after so many."""
    policies: int = 16
    """A worker remembers the policies it used last."""
    waiting: int = 256
    """Requests that may wait for a worker."""
    wait_seconds: float = 30.0
    request_bytes: int = 4 * MIB
    """Of a request with its policy."""
    answer_bytes: int = 2 * MIB
    cached_answers: int = 4096
    cached_bytes: int = 16 * MIB
