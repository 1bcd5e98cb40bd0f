"""Figures as a JSON document, and that document as tables. Everything that is printed is in the document."""

import statistics
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import facts
from bench.counters import Cost
from bench.executions import STAGES, Finished
from bench.figures import ratios, summary
from bench.languages import Samples
from bench.session import BY_KUBECTL, CODEEXEC, JOB, KUBECTL_RUN, KUBECTL_RUN_OUTPUT, VARIANTS, Burst, Measured
from codeexec.models.spec import Language

SCHEMA = 1
COLD_P50_AIM = 0.8
RATIO_AIM = 3.0
WRITES_AIM = 5.0
COMPILE_AIMS = {Language.GO: 1.0, Language.RUST: 1.0, Language.CPP: 1.0, Language.C: 0.3, Language.TYPESCRIPT: 0.2}
JAVA_AIM = 1.5
OVERHEAD_AIM = 0.005

Document = dict[str, Any]


def document(measured: Measured) -> Document:
    """Times in seconds unless a name says otherwise."""
    result: Document = {
        "schema": SCHEMA,
        **measured.facts,
        "load": measured.load,
        "variants": {
            variant: {"what": what, **summary(samples).figures(), "samples": _rounded(samples)}
            for variant, what in VARIANTS.items()
            if (samples := measured.of(variant))
        },
        "stages": _stages(measured.runs),
        "ratios": {
            f"{other} / {ours}": _ratio(pairs)
            for ours in (CODEEXEC, BY_KUBECTL)
            for other in (KUBECTL_RUN, KUBECTL_RUN_OUTPUT, JOB)
            if (pairs := ratios(measured.seconds[ours], measured.seconds[other]))
        },
        "kubectlRunOutputsLost": measured.outputs_lost,
        "cost": measured.cost and _cost(measured.cost),
        "burst": measured.burst and _burst(measured.burst),
        "languages": {name: _language(samples) for name, samples in measured.languages.items()},
    }
    return {**result, "aims": _aims(result)}


def _rounded(samples: Iterable[float]) -> list[float]:
    return [round(sample, 6) for sample in samples]


def _stages(runs: list[Finished]) -> list[Document]:
    result = []
    for begin, end, what in STAGES:
        samples = [run.stages[name] for run in runs if (name := f"{begin}->{end}") in run.stages]
        if samples:
            result.append({"stage": f"{begin}->{end}", "what": what, **summary(samples).figures()})
    return result


def _ratio(pairs: list[float]) -> Document:
    return {"median": round(statistics.median(pairs), 6), **summary(pairs).figures(), "pairs": _rounded(pairs)}


def _cost(cost: Cost) -> Document:
    return {
        "runs": cost.runs,
        "sandboxes": cost.sandboxes,
        "undisturbed": cost.undisturbed,
        "writesPerRun": cost.per_run(),
        "writes": dict(sorted(cost.writes.items())),
        "operatorCpuMsPerRun": cost.cpu_ms_per_run(),
    }


def _burst(burst: Burst) -> Document:
    return {
        "runs": len(burst.runs),
        "seconds": round(burst.seconds, 6),
        "runsPerSecond": round(len(burst.runs) / burst.seconds, 3),
        "each": summary([run.seconds for run in burst.runs]).figures(),
        "cost": _cost(burst.cost),
    }


def _language(samples: Samples) -> Document:
    columns = {
        "total": samples.total,
        "compile": samples.compile,
        "run": samples.run,
        "nativeCompile": samples.native_compile,
        "nativeRun": samples.native_run,
        "overhead": samples.overhead,
    }
    return {name: {**summary(taken).figures(), "samples": _rounded(taken)} for name, taken in columns.items() if taken}


def _language_aims(languages: Document) -> list[Document]:
    if not languages:
        return []
    aims = [
        (f"{language} compile p50 under {most} s", languages[language]["compile"]["p50"], most)
        for language, most in COMPILE_AIMS.items()
    ]
    java = languages[Language.JAVA]
    aims.append((f"java compile + run p50 under {JAVA_AIM} s", java["compile"]["p50"] + java["run"]["p50"], JAVA_AIM))
    least = statistics.median(languages[Language.C]["overhead"]["samples"])
    aims.append((f"c run at most {OVERHEAD_AIM} s beyond native", least, OVERHEAD_AIM))
    return [{"aim": aim, "value": value, "met": value < most} for aim, value, most in aims]


def _aims(result: Document) -> list[Document]:
    p50 = result["variants"][CODEEXEC]["p50"]
    ratio = result["ratios"][f"{KUBECTL_RUN} / {CODEEXEC}"]["median"]
    aims = [
        {"aim": f"cold p50 under {COLD_P50_AIM} s", "value": p50, "met": p50 < COLD_P50_AIM},
        {"aim": f"at least {RATIO_AIM:.0f} times as fast as kubectl run", "value": ratio, "met": ratio >= RATIO_AIM},
    ]
    if cost := result["cost"]:
        writes = cost["writesPerRun"]["user"] + cost["writesPerRun"]["operator"]
        aims.append({"aim": f"at most {WRITES_AIM:.0f} API writes a run", "value": writes, "met": writes <= WRITES_AIM})
    return aims + _language_aims(result["languages"])


def show(result: Document, console: Console) -> None:
    console.print(_latency_table(result))
    console.print(_stage_table(result))
    for name, ratio in result["ratios"].items():
        console.print(
            f"{name}: {ratio['median']:.2f} times (median of {ratio['n']} rounds, {ratio['least']:.2f} to "
            f"{ratio['most']:.2f})"
        )
    if lost := result["kubectlRunOutputsLost"]:
        console.print(f"{lost} of {result['variants'][KUBECTL_RUN]['n']} `kubectl run` lost the program's output")
    if result["cost"]:
        console.print(_cost_line("one after another", result["cost"]))
    if burst := result["burst"]:
        console.print(
            f"burst of {burst['runs']}: all done in {burst['seconds']:.2f} s, {burst['runsPerSecond']:.2f} runs/s; "
            f"each p50 {burst['each']['p50']:.2f} s, slowest {burst['each']['most']:.2f} s"
        )
        console.print(_cost_line("burst", burst["cost"]))
    if result["languages"]:
        console.print(_language_table(result))
    for aim in result["aims"]:
        console.print(f"aim: {aim['aim']}: {aim['value']:.4g}, {'met' if aim['met'] else 'NOT met'}")
    console.print(f"load average {' -> '.join(str(load[0]) for load in result['load'])}")
    console.print(facts.headline(result))


def _latency_table(result: Document) -> Table:
    table = Table(title="Python hello, cold; ms")
    for column in ("variant", "n", "p50", "p90", "p99", "least", "most"):
        table.add_column(column, justify="left" if column == "variant" else "right")
    for figures in result["variants"].values():
        table.add_row(figures["what"], *_row(figures, "p50", "p90", "p99", "least", "most"))
    return table


def _language_table(result: Document) -> Table:
    table = Table(title="hello, cold, and the same steps in the same image without us; ms, p50 / p90")
    for column in ("language", "n", "total", "compile", "run", "native compile", "native run", "run - native"):
        table.add_column(column, justify="left" if column == "language" else "right")
    for language, columns in result["languages"].items():
        cells = [
            f"{columns[name]['p50'] * 1000:.1f} / {columns[name]['p90'] * 1000:.1f}" if name in columns else ""
            for name in ("total", "compile", "run", "nativeCompile", "nativeRun", "overhead")
        ]
        table.add_row(language, str(columns["total"]["n"]), *cells)
    return table


def _stage_table(result: Document) -> Table:
    table = Table(title="Where the time of a cold codeexec run goes; ms")
    for column in ("stage", "what happens", "n", "p50", "p90", "p99", "mean"):
        table.add_column(column, justify="left" if column in ("stage", "what happens") else "right")
    for stage in result["stages"]:
        table.add_row(stage["stage"], stage["what"], *_row(stage, "p50", "p90", "p99", "mean"))
    return table


def _row(figures: Document, *names: str) -> list[str]:
    return [str(figures["n"]), *(f"{figures[name] * 1000:.0f}" for name in names)]


def _cost_line(what: str, cost: Document) -> str:
    runs, shares, cpu = cost["runs"], cost["writesPerRun"], cost["operatorCpuMsPerRun"]
    detail = ", ".join(f"{name} {count / runs:.2f}" for name, count in cost["writes"].items())
    lines = [
        f"API writes a run, {what}, {runs} runs in {cost['sandboxes']} sandboxes: "
        f"{shares['user'] + shares['operator']:.2f} ({shares['user']:.2f} the user's, {shares['operator']:.2f} the "
        f"operator's), and {shares['platform']:.2f} by scheduler and kubelet as for any Pod",
        f"  of them: {detail}",
    ]
    if not cost["undisturbed"]:
        lines.append("  NOT ALONE: others created runs or Pods meanwhile; take it again")
    if cpu is not None:
        lines.append(f"  operator CPU a run: {cpu:.1f} ms")
    return "\n".join(lines)
