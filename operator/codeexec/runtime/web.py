"""/healthz, /readyz and /metrics. Healthy means that the watches have been heard of lately, not that the loop turns."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], str]
"""Empty when all is well, else what is wrong."""


async def serve(port: int, *, healthy: Check, ready: Check) -> web.AppRunner:
    """Listens on all addresses; `cleanup()` on what is returned ends it. Port 0 is any free one."""

    def probe(check: Check) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def respond(_request: web.Request) -> web.Response:
            problem = check()
            return web.Response(text=f"{problem or 'ok'}\n", status=503 if problem else 200)

        return respond

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes(
        [web.get("/healthz", probe(healthy)), web.get("/readyz", probe(ready)), web.get("/metrics", metrics)]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner
