"""`python -m bench`: measures on the cluster that `make cluster-up` made, or the one that KUBECONFIG names."""

import asyncio
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import report, validation
from bench.session import Measured, Session, Wanted
from bench.tools import REPO, Tools, Trouble
from codeexec.kube.api import KubeApi
from codeexec.kube.credentials import connect_settings
from codeexec.kube.errors import KubeError

WIDTH = 150


def main(
    samples: Annotated[int, typer.Option(min=1, help="Cold codeexec runs.")] = 30,
    baselines: Annotated[int, typer.Option(min=1, help="Samples of everything it is compared with.")] = 10,
    batch: Annotated[int, typer.Option(min=0, help="Runs whose API writes and CPU time are counted.")] = 10,
    burst: Annotated[int, typer.Option(min=0, help="Runs applied at once.")] = 20,
    languages: Annotated[int, typer.Option(min=0, help="Samples of each language, and of its native twin.")] = 10,
    pause: Annotated[float, typer.Option(min=0, help="Seconds of rest after every sample.")] = 1.0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Where the figures go; else .build/bench/<time>.json.")
    ] = None,
    namespace: Annotated[str, typer.Option(help="Made for this, and deleted after it; else a new name.")] = "",
) -> None:
    """Time, API writes and CPU of cold runs, beside `kubectl run`, a Job and native runs in the same minutes; and what
    static validation costs."""
    console = Console(width=WIDTH, highlight=False)
    wanted = Wanted(samples, min(baselines, samples), batch, burst, languages, pause)
    try:
        measured = asyncio.run(_measure(wanted, namespace or f"codeexec-bench-{secrets.token_hex(3)}"))
    except (Trouble, KubeError) as problem:
        typer.echo(f"bench: {problem}", err=True)
        raise typer.Exit(1) from None
    result = report.document(measured)
    result["validation"] = validation.measure()
    place = json_file or REPO / ".build" / "bench" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    report.show(result, console)
    console.print(validation.table(result["validation"]))
    console.print(f"figures: {place}")


async def _measure(wanted: Wanted, namespace: str) -> Measured:
    tools = Tools.find()
    async with KubeApi(await connect_settings(kubeconfig=tools.kubeconfig)) as api:
        return await Session(tools, api, namespace, wanted, lambda line: typer.echo(line, err=True)).measure()


if __name__ == "__main__":
    typer.run(main)
