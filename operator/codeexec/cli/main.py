"""`codeexec`: the command line."""

import asyncio
from typing import Annotated

import typer

import codeexec
from codeexec import logs
from codeexec.cli.rules import rules
from codeexec.cli.validate import validate
from codeexec.config import Config, image_names
from codeexec.domain.languages import IMAGES

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


app.command()(validate)
app.command()(rules)


@app.callback()
def root() -> None:
    """Runs untrusted code on Kubernetes."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(codeexec.__version__)


@app.command()
def operator(
    namespaces: Annotated[
        str, typer.Option(envvar="CODEEXEC_NAMESPACES", help="Namespaces to watch, comma-separated; empty means all.")
    ] = "",
    images: Annotated[
        str,
        typer.Option(
            envvar="CODEEXEC_IMAGES",
            help=f"Images of sandboxes, like python=IMAGE,node=IMAGE: {', '.join(IMAGES)}.",
        ),
    ] = "",
    max_concurrent: Annotated[
        int, typer.Option(envvar="CODEEXEC_MAX_CONCURRENT", min=1, help="Sandboxes at once, over all namespaces.")
    ] = 10,
    user_namespaces: Annotated[  # noqa: FBT002 typer makes an option of it
        bool, typer.Option(envvar="CODEEXEC_USER_NAMESPACES", help="Give each sandbox a user namespace of its own.")
    ] = True,
    listen_port: Annotated[
        int, typer.Option(envvar="CODEEXEC_LISTEN_PORT", help="Port of /healthz, /readyz and /metrics.")
    ] = 8080,
    verbose: Annotated[bool, typer.Option("--verbose", envvar="CODEEXEC_VERBOSE", help="Log every step.")] = False,  # noqa: FBT002
) -> None:
    """Run the operator, in a cluster or from a shell with a kubeconfig."""
    from codeexec import handlers
    from codeexec.app import App

    logs.configure(verbose=verbose)
    watched = tuple(name.strip() for name in namespaces.split(",") if name.strip())
    try:
        names = image_names(images)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--images") from None
    config = Config(watched, names, max_concurrent, user_namespaces, listen_port, verbose)
    asyncio.run(handlers.run(App(config)))


def main() -> None:
    app()
