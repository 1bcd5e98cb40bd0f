"""How long a worker may still think about the request it has: the soft limit.

It counts processor time, so that a busy machine makes nobody's program too complex. `passed` is meant for loops and for
tree-sitter's `progress_callback`. Outside a worker nothing ever passes.
"""

import math
import time

_end = math.inf


class Passed(Exception):  # noqa: N818  # reads as a fact where it is caught
    """Raised by `check`. A handler lets it through; the pool's caller gets TooComplex."""


def begin(processor_seconds: float) -> None:
    """Called by the worker before each request."""
    global _end  # one request at a time in a process
    _end = time.process_time() + processor_seconds


def passed(*_: object) -> bool:
    """Takes and ignores what a progress callback is given."""
    return time.process_time() > _end


def check() -> None:
    if passed():
        raise Passed("it takes longer to read than is allowed")
