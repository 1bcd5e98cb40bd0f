"""Controls that several themes share."""

from tests.attack.attack import Bare


def deaf_supervisor(shows: str, *, seconds: int = 0) -> Bare:
    """A shell that starts the program in the background, as `timeout` or a simple service would, and goes."""
    wait = f"timeout {seconds} " if seconds else ""
    return Bare(shows, own=True, command=f"{wait}python3 -u main.py @TOKEN@ >out 2>&1 & sleep 3; cat out")
