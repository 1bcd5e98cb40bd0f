"""All CodeExecutions of the selected tests are applied before the first test, in a namespace for each language; then
each test judges its own."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.harness.cgroups import Cgroups
from tests.harness.fixtures import kubectl, namespace, new_namespace, scale, system
from tests.harness.kubectl import Kubectl
from tests.harness.namespaces import Namespace
from tests.harness.nodes import control_plane
from tests.harness.runs import Run
from tests.matrix.cases import Case, default_policy
from tests.matrix.table import Cell, markdown, write

__all__ = ["kubectl", "namespace", "system"]

PATIENCE = 1200.0
"""Seconds for all of them together; what takes longer hangs."""

AT_ONCE = 40
"""Objects in one request of kubectl's; each has a source text."""

_cells = pytest.StashKey[dict[tuple[str, str], Cell]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-matrix", action="store_true", help="write what came of the matrix into docs/languages.md")


_notes = pytest.StashKey[dict[str, str]]()


@pytest.fixture(scope="session")
def cells(request: pytest.FixtureRequest) -> dict[tuple[str, str], Cell]:
    """(case, language) -> what came of it, for the table in the documentation."""
    return request.config.stash.setdefault(_cells, {})


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    cells = session.config.stash.get(_cells, {})
    if session.config.getoption("--write-matrix", default=False) and exitstatus == 0 and cells:
        write(cells)


@pytest.fixture(scope="session")
def note(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A line at the end of the report."""
    notes = request.config.stash.setdefault(_notes, {})
    return notes.__setitem__


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if cells := config.stash.get(_cells, {}):
        terminalreporter.write_line(f"\n{markdown(cells)}")
    for name, line in config.stash.get(_notes, {}).items():
        terminalreporter.write_line(f"{name}: {line}")


class Launched:
    """The runs of this session."""

    def __init__(self, kubectl: Kubectl, stack: ExitStack) -> None:
        self._kubectl = kubectl
        self._stack = stack
        self._namespaces: dict[str, Namespace] = {}
        self._applied: list[Case] = []
        self._finished: dict[str, Run] = {}
        self._deadline = time.monotonic() + PATIENCE

    def apply(self, cases: list[Case]) -> None:
        for language in dict.fromkeys(case.language for case in cases):
            mine = [case for case in cases if case.language == language]
            for start in range(0, len(mine), AT_ONCE):
                items = [obj for case in mine[start : start + AT_ONCE] for obj in case.manifests()]
                some = {"apiVersion": "v1", "kind": "List", "items": items}
                self.namespace(language).kubectl.read_now("create", "-f", "-", stdin=some, seconds=PATIENCE)
        self._applied += cases

    def namespace(self, language: str) -> Namespace:
        if language not in self._namespaces:
            made = self._stack.enter_context(new_namespace(self._kubectl, f"matrix-{language}", default_policy()))
            self._namespaces[language] = made
        return self._namespaces[language]

    async def verdict(self, case: Case) -> Run:
        kubectl = self.namespace(case.language).kubectl
        while case.name not in self._finished:
            await kubectl.ask("wait", f"cx/{case.name}", "--for=condition=Reconciling=False", "--timeout=20s")
            found = {run.name: run for run in map(Run, await kubectl.items("cx"))}
            assert case.name in found, f"somebody has deleted {case.name}"
            self._finished |= {name: run for name, run in found.items() if run.finished}
            assert time.monotonic() < self._deadline, f"{case.name} has no verdict"
        return self._finished[case.name]

    async def over(self) -> None:
        """All that was applied so far."""
        for case in self._applied:
            await self.verdict(case)


def _selected(session: pytest.Session) -> list[Case]:
    params = [getattr(item, "callspec", None) for item in session.items]
    return list(dict.fromkeys(found.params["case"] for found in params if found and "case" in found.params))


@pytest.fixture(scope="session")
def cgroups(kubectl: Kubectl) -> Iterator[Cgroups]:
    with Cgroups(asyncio.run(control_plane(kubectl))) as witness:
        yield witness


@pytest.fixture(scope="session")
def launched(kubectl: Kubectl, system: Kubectl, request: pytest.FixtureRequest) -> Iterator[Launched]:
    scale(system, 1)
    cases = _selected(request.session)
    if any(case.measured for case in cases):
        request.getfixturevalue("cgroups")  # has to look before there is something to see
    with ExitStack() as stack:
        all_of_them = Launched(kubectl, stack)
        for measured in (True, False):  # those come before the rest has filled the node
            all_of_them.apply([case for case in cases if case.measured == measured])
        yield all_of_them


@pytest.fixture
async def run(launched: Launched, case: Case) -> Run:
    """With its verdict."""
    return await launched.verdict(case)
