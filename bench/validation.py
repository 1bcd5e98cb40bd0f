"""What static validation costs (`python -m bench.validation`, and a section of `python -m bench`): beside a plain parse
of the same text in the same minute, in worker processes, and at its worst. Prints one JSON object, milliseconds.

`--hostile` takes all hostile inputs of the corpus instead of a few a language; that takes minutes.
"""

import asyncio
import itertools
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bench.figures import summary
from bench.lateness import Lateness
from bench.programs import program
from codeexec.models.policy import LanguageValidation, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Source, check, policy_bytes, request_bytes
from codeexec.validation.grammars import grammar_of
from codeexec.validation.outcomes import TooComplex, Unanswered
from codeexec.validation.policy import compiled
from codeexec.validation.pool import ValidatorPool
from codeexec.validation.process import PolicyKey
from codeexec.validation.rules import rules_of
from codeexec.validation.settings import Settings
from tests.validation.corpus.hostile import hostile

SAMPLES = {1: 40, 10: 12, 20: 12, 100: 5}
"""KB of source -> how often it is checked and parsed, in turns."""
VARIANTS = 4
POLICY = (Validation(), LanguageValidation(profile="standard"))
STARTS, TRIPS, KILLS, BURST = 3, 200, 3, 200
FEW = ("operator-run", "arrow-12k", "generic-16k", "quotes", "many-errors")
TICK = 0.001
ECHO = Settings(handler="bench.validation:echo", import_from=str(Path(__file__).resolve().parents[1]), cached_answers=0)
REAL = Settings(cached_answers=0, wait_seconds=600.0)
Figures = dict[str, Any]


def echo(_policy: bytes, request: bytes) -> bytes:
    """Runs in a worker: what the pool costs by itself."""
    if request.startswith(b"leave"):
        os._exit(1)
    return request


def measure(*, everything: bool = False) -> Figures:
    load = os.getloadavg()
    return {
        "load": load,
        "languages": {language: _sizes(language) for language in Language},
        "rulesMs": {language: _rules(language) for language in Language},
        **asyncio.run(_pools(everything=everything)),
        "loadAfter": os.getloadavg(),
    }


def _sizes(language: Language) -> Figures:
    """Checked against `standard`, in this process, and parsed only, in turns."""
    policy, parser = compiled(language, *POLICY), grammar_of(language).parser
    result = Figures()
    for size, count in SAMPLES.items():
        texts = [program(language, size * 1000, first) for first in range(VARIANTS)]
        check(policy, [Source("a", texts[0])])
        checked, parsed = list[float](), list[float]()
        for text in itertools.islice(itertools.cycle(texts), count):
            parsed.append(_timed(lambda text=text: parser.parse(text)))  # type: ignore[misc]
            checked.append(_timed(lambda text=text: check(policy, [Source("a", text)])))  # type: ignore[misc]
        result[f"{size} KB"] = {
            "bytes": round(statistics.fmean(map(len, texts))),
            "check": _summary(checked),
            "parse": _summary(parsed),
            "ratio": round(statistics.median(checked) / statistics.median(parsed), 2),
        }
    return result


def _rules(language: Language) -> Figures:
    """From the rules' data to what is matched against; reading the data happens once in a process."""
    rules_of(language)
    return _summary([_timed(lambda: compiled(language, *POLICY)) for _ in range(10)])


async def _pools(*, everything: bool) -> Figures:
    result: Figures = {"coldStartMs": _summary([await _cold_start() for _ in range(STARTS)])}
    async with ValidatorPool(1, ECHO) as pool:
        await _trip(pool, b"first")
        result["echoMs"] = {
            f"{size} KB": _summary([await _trip(pool, os.urandom(size * 1000)) for _ in range(TRIPS)])
            for size in (1, 20, 100)
        }
        result["recoveryMs"] = _summary([await _recovery(pool) for _ in range(KILLS)])
    async with ValidatorPool(2, REAL) as pool:
        await asyncio.gather(*(_checked(pool, Language.PYTHON, 1, first) for first in range(4)))
        result["roundTripMs"] = {
            f"{size} KB": _summary([await _checked(pool, Language.PYTHON, size, first) for first in range(30)])
            for size in (1, 20)
        }
        result["twoWorkersPerSecond"] = {f"{size} KB": await _throughput(pool, size) for size in (1, 20)}
        result["hostile"] = await _hostile(pool, everything=everything)
    return result


async def _cold_start() -> float:
    """Of a worker with all rules and grammars, to its first answer."""
    begin = time.perf_counter()
    async with ValidatorPool(1, REAL) as pool:
        await _checked(pool, Language.PYTHON, 1, 0)
        return _since(begin)


async def _trip(pool: ValidatorPool, request: bytes) -> float:
    begin = time.perf_counter()
    await pool.check(request, key=PolicyKey("echo", 1), policy=b"policy")
    return _since(begin)


async def _recovery(pool: ValidatorPool) -> float:
    """From the outcome of a request that ended its worker to the answer to the next one."""
    try:
        await _trip(pool, b"leave")
    except Unanswered:
        return await _trip(pool, b"next")
    raise RuntimeError("the worker has survived")


async def _checked(pool: ValidatorPool, language: Language, size: int, first: int) -> float:
    raw = program(language, size * 1000, first % VARIANTS)
    begin = time.perf_counter()
    await _ask(pool, language, raw)
    return _since(begin)


async def _ask(pool: ValidatorPool, language: Language, raw: bytes) -> None:
    policy = policy_bytes(language, *POLICY)
    await pool.check(request_bytes([Source("a", raw)]), key=PolicyKey(language, 1), policy=policy)


async def _throughput(pool: ValidatorPool, size: int) -> float:
    """Programs a second, all languages mixed, as many waiting as the queue takes."""
    texts = [(language, program(language, size * 1000)) for language in Language]
    wanted = list(itertools.islice(itertools.cycle(texts), BURST))
    begin = time.perf_counter()
    await asyncio.gather(*(_ask(pool, *each) for each in wanted))
    return round(len(wanted) / (time.perf_counter() - begin), 1)


def _lateness(of: Lateness) -> Figures:
    return {"lateMs": round(of.worst * 1000, 2), "ownMs": round(of.own * 1000, 2)}


async def _hostile(pool: ValidatorPool, *, everything: bool) -> Figures:
    """Each by itself, from the request to its outcome, whatever that is."""
    taken, outcomes = dict[str, float](), dict[str, int]()
    idle, busy = Lateness(TICK), Lateness(TICK)
    await _while_ticking(idle, asyncio.sleep(2))

    inputs = [
        (language, name, raw) for language in Language for name, raw in hostile(language) if everything or name in FEW
    ]

    async def all_of_them() -> None:
        for language, name, raw in inputs:
            begin, outcome = time.perf_counter(), "answered"
            try:
                await _ask(pool, language, raw)
            except Unanswered as it:
                outcome = f"too complex: {it.cause}" if isinstance(it, TooComplex) else type(it).__name__
            taken[f"{language} {name}"] = _since(begin)
            outcomes[outcome] = outcomes.get(outcome, 0) + 1

    await _while_ticking(busy, all_of_them())
    slowest = max(taken, key=lambda name: taken[name])
    return {
        "slowest": slowest,
        "ms": _summary(list(taken.values())),
        "outcomes": outcomes,
        "loop": _lateness(busy),
        "loopIdle": _lateness(idle),
    }


async def _while_ticking(lateness: Lateness, work: Any) -> None:
    ticking = asyncio.create_task(lateness.run())
    await work
    ticking.cancel()
    await asyncio.wait([ticking])


def _timed(work: Callable[[], object]) -> float:
    """Processor time: what others do with the machine meanwhile does not count."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def _since(begin: float) -> float:
    return (time.perf_counter() - begin) * 1000


def _summary(samples: list[float]) -> Figures:
    return {name: round(value, 3) for name, value in summary(samples).figures().items() if name != "p90"}


def table(figures: Figures) -> Table:
    result = Table(title="static validation; ms, p50 / p99, and how many times a plain parse of the same text")
    for column in ("language", *(f"{size} KB" for size in SAMPLES)):
        result.add_column(column, justify="left" if column == "language" else "right")
    for language, sizes in figures["languages"].items():
        cells = [f"{s['check']['p50']:.1f} / {s['check']['p99']:.1f}  {s['ratio']:.1f}x" for s in sizes.values()]
        result.add_row(language, *cells)
    return result


def main(
    *, everything: Annotated[bool, typer.Option("--hostile", help="All hostile inputs; takes minutes.")] = False
) -> None:
    print(json.dumps(measure(everything=everything), indent=1))


if __name__ == "__main__":
    typer.run(main)
