"""The endpoints that kubelets and Prometheus look at."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from codeexec import metrics
from codeexec.runtime import web


class Health:
    """What the checks say."""

    unhealthy = unready = ""


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def url(health: Health) -> AsyncIterator[str]:
    server = await web.serve(0, healthy=lambda: health.unhealthy, ready=lambda: health.unready)
    port = next(address[1] for address in server.addresses if len(address) == 2)  # that of IPv4
    yield f"http://127.0.0.1:{port}"
    await server.cleanup()


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_all_is_well(url: str) -> None:
    assert await get(f"{url}/healthz") == (200, "ok\n")
    assert await get(f"{url}/readyz") == (200, "ok\n")


async def test_each_check_says_what_is_wrong(url: str, health: Health) -> None:
    health.unready = "starting"
    assert await get(f"{url}/readyz") == (503, "starting\n")
    assert await get(f"{url}/healthz") == (200, "ok\n")
    health.unready, health.unhealthy = "", "a watch has been silent for 121 s"
    assert await get(f"{url}/healthz") == (503, "a watch has been silent for 121 s\n")


async def test_metrics(url: str) -> None:
    metrics.RUNS.labels("python", "Completed").inc(0)
    status, text = await get(f"{url}/metrics")
    assert status == 200
    assert 'codeexec_runs_total{language="python",reason="Completed"}' in text
    for name in ("codeexec_runs_in_flight", "codeexec_runs_waiting", "codeexec_queue_depth"):
        assert f"# TYPE {name} gauge" in text
