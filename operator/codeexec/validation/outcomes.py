"""What can come instead of an answer. All are exceptions, so that none can be mistaken for a program that passed."""

# ruff: noqa: N818  # they read as facts where they are caught: `except TooComplex`

from enum import StrEnum


class Cause(StrEnum):
    TIME = "time"
    MEMORY = "memory"
    DEPTH = "depth"
    SIZE = "size"
    CRASH = "crash"


class Unanswered(Exception):
    """Base of the three; `message` is one line."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TooComplex(Unanswered):
    """The program cannot be checked within the limits: reject it. It is to blame, as far as can be known."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Failed(Unanswered):
    """The check itself is broken: it raised, or its worker answered nonsense. Reject the program; it is a defect."""


class Unavailable(Unanswered):
    """Nobody looked at the program: the pool is full, closing, or cannot start workers. Ask again later."""
