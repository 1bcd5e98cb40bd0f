"""CPU time and peak memory in status against a reading from outside of the Pod: the cgroup of its container, on the
node."""

from collections.abc import Callable

from tests.harness.cgroups import Cgroups
from tests.harness.kubectl import Object
from tests.harness.runs import Run
from tests.matrix.cases import Case, of, source

MB = 1 << 20
MEASURED = ("python", "javascript", "go", "c")
WORKLOADS: dict[str, Object] = {
    "burn": {},
    "threads": {},
    "touch-50": {},
    "touch-100": {},
    "touch-200": {},
    "children": {"access": {"commands": True}},
    "mixed": {"access": {"filesystem": True}},
    "files": {"access": {"filesystem": True}},
}
CPU_MS, MEMORY, SHARE = 50, 6 * MB, 0.10
"""How far off a figure may be: this much, or this share of it."""
RUNTIME = 64 * MB
"""More than any runtime needs for itself."""
KNOWN_MEMORY = {"touch-50": 50 * MB, "touch-100": 100 * MB, "touch-200": 200 * MB, "mixed": 80 * MB, "files": 40 * MB}
KNOWN_CPU_MS = {"burn": 900, "threads": 500, "children": 500, "mixed": 300}
"""At least: what the programs measure themselves by, or less."""


def _case(language: str, workload: str, spec: Object) -> Case:
    policy = {"languages": {language: {"limits": {"memory": "512Mi"}}}}
    content = {"code": source(language, "workload"), "args": workload.split("-"), "timeoutSeconds": 120}
    return Case(f"{language}-metrics-{workload}", language, {**content, **spec}, policy, measured=True)


CASES = {_case(language, workload, spec): workload for workload, spec in WORKLOADS.items() for language in MEASURED}


@of(*CASES)
async def test_as_seen_from_outside(case: Case, run: Run, cgroups: Cgroups, note: Callable[[str, str], None]) -> None:
    assert run.reason == "Completed", run
    metrics = run.status["metrics"]
    end = run.timeline["finished"].timestamp()
    begin = end - metrics["executionTimeMs"] / 1000
    await cgroups.seen(end)
    seen = cgroups.used(run.status["sandbox"]["uid"], begin, end)
    cpu, memory = metrics["cpuTimeMs"], metrics["memoryUsedBytes"]
    note(
        case.name,
        f"CPU {cpu} ms, outside {seen.cpu_ms:.0f} ({cpu - seen.cpu_ms:+.0f}); "
        f"memory {memory / MB:.1f} MiB, outside {seen.memory / MB:.1f} ({(memory - seen.memory) / MB:+.2f}); "
        f"{seen.looks} looks in {metrics['executionTimeMs']} ms",
    )
    assert seen.looks >= 20, "the witness hardly looked"
    assert abs(cpu - seen.cpu_ms) <= max(CPU_MS, SHARE * seen.cpu_ms), (run, seen)
    assert abs(memory - seen.memory) <= max(MEMORY, SHARE * seen.memory), (run, seen)
    workload = CASES[case]
    known = KNOWN_MEMORY.get(workload, 0)
    assert known <= memory <= known + RUNTIME + (0 if workload in KNOWN_MEMORY else 2 * RUNTIME), run
    assert cpu >= KNOWN_CPU_MS.get(workload, 0), run
