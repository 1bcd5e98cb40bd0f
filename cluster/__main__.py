"""`python3 -m cluster <command>`: what the Makefile's targets run."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from types import FrameType

from cluster import context, demo, deploy, engine, golang, host, images, kind, mounts, places, plan, venv
from cluster.commands import Shell, Trouble, stop_all
from cluster.kind import Shape
from cluster.lock import only_one
from cluster.parts import make_all


def wished_shape() -> Shape:
    """NODES, GVISOR and KWOK; what is not said stays as the cluster has it."""
    record = kind.recorded()
    there = record.shape if record else Shape()

    def flag(name: str, otherwise: bool) -> bool:  # noqa: FBT001 (a flag's own default)
        said = os.environ.get(name, "").strip().lower()
        return otherwise if not said else said not in ("0", "no", "false")

    said = os.environ.get("NODES", "").strip()
    if said and not (said.isdigit() and 1 <= int(said) <= 9):
        raise Trouble(f"NODES={said}: a number from 1 to 9 is needed")
    return Shape(int(said) if said else there.nodes, flag("GVISOR", there.gvisor), flag("KWOK", there.kwok))


def up(sh: Shell) -> None:
    began = time.monotonic()
    if context.chosen():
        make_all(plan.Plan(Shape()).for_context())
    else:
        make_all(plan.Plan(wished_shape()).for_kind())
    print(f"ready in {time.monotonic() - began:.0f} s; KUBECONFIG={context.kubeconfig(sh)}", file=sys.stderr)


def down(sh: Shell) -> None:
    """The cluster, the engine if it is ours, and every trace of both but the cache."""
    if os.geteuid() != 0:
        raise Trouble("taking the cluster away needs root, as making it did")
    if engine.recorded() is not None:
        engine.ensure(sh)  # after a crash it holds the remains of the cluster
    use = engine.current()
    if use.answers(sh):
        kind.delete(sh, use)
        use.shell(sh).ask("docker", "network", "rm", "kind")
    print(f"cluster: gone; engine: {engine.stop(sh)}", file=sys.stderr)
    mounts.release(places.SCRATCH)


def build_images(sh: Shell) -> None:
    """Silent about the parts when nothing has changed."""
    if not all(engine.current().has_image(sh, name) for name in images.names().values()):
        make_all(plan.Plan(Shape()).for_images())


def show_images(sh: Shell) -> None:
    build_images(sh)
    print("\n".join(images.names().values()))


def load(sh: Shell) -> None:
    """The images of this checkout, built and in the nodes."""
    build_images(sh)
    if kind.recorded():
        print(f"images in the nodes: {plan.load(sh)}", file=sys.stderr)


def install(sh: Shell) -> None:
    if not context.chosen():
        load(sh)
    deploy.deploy(sh)


def print_images(_: Shell) -> None:
    print(json.dumps(images.names(), indent=1))


def print_kubeconfig(sh: Shell) -> None:
    print(context.kubeconfig(sh))


def print_env(sh: Shell) -> None:
    """Shell lines: eval "$(make -s env)"."""
    print(f"export KUBECONFIG={context.kubeconfig(sh)}")
    print(f'export PATH={places.PROGRAMS / "path"}:"$PATH"')
    if engine.recorded() is not None:
        print(f"export DOCKER_HOST={engine.OURS.address}")


def make_venv(sh: Shell) -> None:
    print(f".venv: {venv.ensure(sh)}", file=sys.stderr)


def become_go(sh: Shell, words: list[str]) -> None:
    """`go` and `gofmt` of the Go that everything is built with, wherever that is."""
    if not golang.find_go(sh):
        with only_one():
            golang.ensure_go(sh)
    env = {name: value for name, value in golang.go_shell(sh).env.items() if name != "GOTMPDIR"}
    os.execvpe(words[0], words, env)  # noqa: S606 (the words are the developer's own)


ALONE = {"up": up, "down": down, "images": show_images, "load": load, "deploy": install}
ALONE |= {"venv": make_venv}
GO = ("go", "gofmt")
AT_ANY_TIME = {"demo": demo.show, "kubeconfig": print_kubeconfig, "env": print_env, "names": print_images}


def _stop(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(prog="cluster", description=__doc__)
    parser.add_argument("command", choices=[*ALONE, *AT_ANY_TIME, *GO])
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    command: str = given.command
    signal.signal(signal.SIGTERM, _stop)
    places.lay_out()
    sh = Shell(places.LOGS / f"{command}.log")
    try:
        if command in GO:
            become_go(sh, [command, *given.words])
        elif command in AT_ANY_TIME:
            AT_ANY_TIME[command](sh)
        else:
            with only_one():
                host.clear_scratch()
                ALONE[command](sh)
    except Trouble as problem:
        print(f"{command}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        stop_all()
        print(f"{command}: stopped; run it again and it goes on from where it was", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
