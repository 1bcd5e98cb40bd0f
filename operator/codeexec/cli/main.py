"""`codeexec`: the command line. This slice has the operator itself."""

import asyncio
from typing import Annotated

import typer

import codeexec
from codeexec import logs
from codeexec.config import Config
from codeexec.domain.languages import IMAGES

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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
    config = Config(watched, _images(images), max_concurrent, user_namespaces, listen_port, verbose)
    asyncio.run(handlers.run(App(config)))


def _images(text: str) -> dict[str, str]:
    given = dict(part.strip().partition("=")[::2] for part in text.split(",") if part.strip())
    if wrong := [name for name, image in given.items() if name not in IMAGES or not image]:
        raise typer.BadParameter(
            f"{wrong[0]!r} is not NAME=IMAGE with NAME one of {', '.join(IMAGES)}", param_hint="images"
        )
    return {name: given.get(name, f"codeexec/{name}:{codeexec.__version__}") for name in IMAGES}


def main() -> None:
    app()
