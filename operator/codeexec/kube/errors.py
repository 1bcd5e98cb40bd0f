"""What can go wrong at the edge to Kubernetes, in words the rest of codeexec can act on.

Whoever calls `KubeApi` decides by class and never looks at an HTTP code. The question that matters for a write is
whether it happened: `Conflict`, `Gone`, `NotFound`, `Refused` and a `Throttled` of status 429 say no; `Unavailable`
says that nobody knows.
"""

# ruff: noqa: N818  # they read as facts where they are caught: `except NotFound`


class KubeError(Exception):
    """Base of all failures at the edge to Kubernetes; `message` is one line of advice or the server's own words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(KubeError):
    """The object, its kind or its namespace does not exist (404)."""


class Conflict(KubeError):
    """A precondition did not hold (409). `reason` is "AlreadyExists" (the name is taken) or "Conflict" (it changed)."""

    def __init__(self, message: str, reason: str = "Conflict") -> None:
        super().__init__(message)
        self.reason = reason


class Gone(KubeError):
    """The resource version or continue token is too old to go on from (410): list again."""


class Throttled(KubeError):
    """The server asks for patience: retry no sooner than `after` seconds.

    `status` is 429 (the request was turned away and did nothing) or 503 (as unknown as `Unavailable`).
    """

    def __init__(self, message: str, after: float, status: int = 429) -> None:
        super().__init__(message)
        self.after = after
        self.status = status


class Unavailable(KubeError):
    """No answer, or none to trust: connection errors, timeouts, 5xx. Whether a write happened is unknown."""


class Refused(KubeError):
    """Our request is wrong or forbidden (400, 401, 403, 422 and other 4xx); the same request will fail again."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AttachFailed(KubeError):
    """The stream was refused, ended by a failure status, or broke its rules.

    Mostly: the container is not running yet, or not any more. What reached the program's stdin before is unknown.
    """


class AttachLost(KubeError):
    """The stream broke off without a status. The container may well go on running; its log holds the record."""
