"""Figures of the validator's worker processes alone (`python -m bench.validator_pool`); their handler does nothing.

Prints one JSON object, milliseconds: cold start, round trip by size, from a kill to the next answer.
"""

import asyncio
import json
import os
import statistics
import time
from pathlib import Path

from codeexec.validation.outcomes import Unanswered
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.settings import Settings

KEY = PolicyKey("bench", 1)
SETTINGS = Settings(
    handler="bench.validator_pool:echo", import_from=str(Path(__file__).resolve().parents[1]), cached_answers=0
)
SIZES = {"1 KB": 1_000, "10 KB": 10_000, "100 KB": 100_000}
STARTS, TRIPS, KILLS = 10, 300, 10


def echo(_policy: bytes, request: bytes) -> bytes:
    """Runs in the worker."""
    if request.startswith(b"leave"):
        os._exit(1)
    return request


async def milliseconds(pool: ValidatorPool, request: bytes) -> float:
    begin = time.perf_counter()
    await pool.check(request, key=KEY, policy=b"policy" * 500)
    return (time.perf_counter() - begin) * 1000


async def cold_start() -> float:
    begin = time.perf_counter()
    async with ValidatorPool(1, SETTINGS) as pool:
        await pool.check(b"first", key=KEY, policy=b"")
        return (time.perf_counter() - begin) * 1000


async def recovery(pool: ValidatorPool) -> float:
    """From the outcome of a request that killed its worker to the answer by the next one."""
    try:
        await pool.check(b"leave", key=KEY, policy=b"")
    except Unanswered:
        return await milliseconds(pool, b"next")
    raise RuntimeError("the worker has survived")


def summary(values: list[float]) -> dict[str, float]:
    ranks = statistics.quantiles(values, n=100, method="inclusive")
    return {"n": len(values), **{f"p{rank}": round(ranks[rank - 1], 2) for rank in (50, 90, 99)}}


async def main() -> None:
    figures: dict[str, object] = {"load": os.getloadavg()}
    figures["cold start"] = summary([await cold_start() for _ in range(STARTS)])
    async with ValidatorPool(1, SETTINGS) as pool:
        for name, size in SIZES.items():
            request = os.urandom(size)
            await milliseconds(pool, request)
            figures[f"round trip, {name}"] = summary([await milliseconds(pool, request) for _ in range(TRIPS)])
        figures["recovery"] = summary([await recovery(pool) for _ in range(KILLS)])
    figures["load after"] = os.getloadavg()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
