"""What the operator is told at its start; every field is an option of `codeexec operator`."""

from dataclasses import dataclass

import codeexec
from codeexec.domain.languages import IMAGES


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


def image_names(text: str) -> dict[str, str]:
    """`python=IMAGE,node=IMAGE`, the released image for each that is left out. Raises ValueError."""
    given = dict(part.strip().partition("=")[::2] for part in text.split(",") if part.strip())
    if wrong := [name for name, image in given.items() if name not in IMAGES or not image]:
        raise ValueError(f"{wrong[0]!r} is not NAME=IMAGE with NAME one of {', '.join(IMAGES)}")
    return {name: given.get(name, f"codeexec/{name}:{codeexec.__version__}") for name in IMAGES}
