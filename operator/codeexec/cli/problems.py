"""What a command ends with when it cannot do what it was asked for."""

from pydantic import ValidationError


class Usage(Exception):  # noqa: N818 it reads as what it is where it is raised
    """The command cannot be carried out: exit code 2. The message names the file or option, and what to do."""


def told(error: ValidationError, where: str = "spec") -> str:
    """Every field that is wrong, by the name it has in YAML."""
    return "; ".join(_told(where, one["loc"], one["msg"]) for one in error.errors())


def _told(where: str, place: tuple[int | str, ...], message: str) -> str:
    for part in place:
        where += f"[{part}]" if isinstance(part, int) else f".{part}"
    return f"{where}: {message[:1].lower()}{message[1:]}"
