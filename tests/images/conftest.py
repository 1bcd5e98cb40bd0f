"""The language images by themselves: built by `make images-test`, run by the engine, no cluster needed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.harness.boxes import Box, megabytes
from tests.harness.surroundings import REPO

FOLDERS = sorted(file.parent.name for file in (REPO / "images").glob("*/Dockerfile"))
LANGUAGE_IMAGES = [name for name in FOLDERS if name not in ("runner", "operator")]

_rows = pytest.StashKey[dict[str, list[object]]]()
_times = pytest.StashKey[dict[str, tuple[int, int]]]()


@pytest.fixture(scope="session")
def names() -> dict[str, str]:
    """Of this checkout's images, as `make images` builds them."""
    words = [sys.executable, "-m", "cluster", "names"]
    said = subprocess.run(words, cwd=REPO, capture_output=True, check=True, env=os.environ)  # noqa: S603
    found: dict[str, str] = json.loads(said.stdout)
    return found


@pytest.fixture(scope="session")
def box(names: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Callable[[str], Box]]:
    """One container an image, made when it is first asked for."""
    rows = request.config.stash.setdefault(_rows, {})
    made: dict[str, Box] = {}
    with ExitStack() as ends:

        def of(image: str) -> Box:
            if image not in made:
                made[image] = Box(names[image], memory="1g" if image in ("java", "rust") else "512m")
                ends.callback(made[image].close)
                rows[image] = [megabytes(names[image])]
            return made[image]

        yield of


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str, int, int], None]:
    """What compiling and running took, for the table at the end."""
    times = request.config.stash.setdefault(_times, {})

    def keep(language: str, compiling: int, running: int) -> None:
        times[language] = (compiling, running)

    return keep


@pytest.fixture
def note_version(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    rows = request.config.stash.setdefault(_rows, {})
    return lambda image, version: rows[image].append(version)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The tables of docs/images.md."""
    rows, times = config.stash.get(_rows, {}), config.stash.get(_times, {})
    out = terminalreporter.write_line
    out(f"\n{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores\n\n| image | MB | versions |\n| --- | --- | --- |")
    for image, (size, *versions) in sorted(rows.items()):
        out(f"| {image} | {size} | {', '.join(map(str, versions))} |")
    out("\n| hello in | compile ms | run ms |\n| --- | --- | --- |")
    for language, (compiling, running) in sorted(times.items()):
        out(f"| {language} | {compiling or ''} | {running} |")
