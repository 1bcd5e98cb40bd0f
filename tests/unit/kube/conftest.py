"""A fake API server and a client to it, with retries that cost milliseconds."""

from collections.abc import AsyncIterator

import pytest

from codeexec.kube.api import KubeApi
from codeexec.kube.credentials import Credentials
from tests.unit.kube.fakes import FakeApi


@pytest.fixture
async def fake() -> AsyncIterator[FakeApi]:
    """A running fake."""
    server = FakeApi()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def reported() -> list[tuple[str, str, int]]:
    """What the metrics hook of `api` was told."""
    return []


@pytest.fixture
async def api(fake: FakeApi, reported: list[tuple[str, str, int]]) -> AsyncIterator[KubeApi]:
    """A client of the fake that retries for 2 s."""
    async with KubeApi(
        Credentials(fake.server), deadline=2.0, first_pause=0.001, on_request=lambda *what: reported.append(what)
    ) as client:
        yield client
