"""What the operator is told at its start; every field is an option of `codeexec operator`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Config:
    namespaces: tuple[str, ...]
    """Namespaces to watch; empty means all."""
    images: dict[str, str]
    """Image of each sandbox, by its folder's name: python, node, go, rust, java, gcc."""
    max_concurrent: int
    """Sandboxes at once, over all namespaces."""
    user_namespaces: bool
    """hostUsers: false for sandboxes; needs nodes that can."""
    listen_port: int
    """/healthz, /readyz and /metrics."""
    verbose: bool
