"""The project's own images, one Dockerfile each under images/, tagged by the content of everything that goes in.

A changed source gives a new tag, an unchanged one costs nothing, and a tag never means two things. Nothing inside a
build reaches for anything but Debian's packages: programs and wheels are made here and handed in.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from cluster import debian, registry, venv
from cluster.commands import Shell
from cluster.engine import Engine
from cluster.golang import go_shell
from cluster.places import REPO, SCRATCH
from cluster.store import KEPT, artefact, content_key, files_under, keep
from cluster.versions import IMAGE_PYTHON, IMAGE_SUITE

FOLDER = REPO / "images"
PLAIN_BASE = f"debian:{IMAGE_SUITE}-slim"
_BASE_PACKAGES: tuple[str, ...] = ()
_RECIPE = "images 1"
_OPERATOR_SOURCE = ("pyproject.toml", "README.md", "LICENSE", "operator")
# the platforms whose wheels run on the image's C library
_WHEEL_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "any")


def languages() -> list[str]:
    """Every image that runs code: a folder with a Dockerfile that is neither the runner nor the operator."""
    return [p.parent.name for p in sorted(FOLDER.glob("*/Dockerfile")) if p.parent.name not in ("runner", "operator")]


def _operator_files() -> list[Path]:
    return [REPO / name for name in _OPERATOR_SOURCE if (REPO / name).exists()]


@cache
def _key(name: str) -> str:
    """Taken once a run: who edits meanwhile gets the new image with the next run, not half of it with this one."""
    base = (_RECIPE, debian.key(IMAGE_SUITE, _BASE_PACKAGES))
    if name == "runner":
        return content_key(_RECIPE, FOLDER / "runner")
    if name == "operator":
        return content_key(*base, FOLDER / name, wheels_key(), *_operator_files())
    return content_key(*base, FOLDER / name, _key("runner"))


def name_of(image: str) -> str:
    return f"codeexec/{image}:dev-{_key(image)}"


def names() -> dict[str, str]:
    """The current name of every image, the runner's included."""
    return {image: name_of(image) for image in ("runner", *languages(), "operator") if (FOLDER / image).is_dir()}


def in_cluster() -> list[str]:
    """What a cluster runs; the runner travels inside the language images."""
    return [name for image, name in names().items() if image != "runner"]


def _bootstrapped() -> str:
    return f"codeexec/{IMAGE_SUITE}-slim:dev-{debian.key(IMAGE_SUITE, _BASE_PACKAGES)}"


def ensure_base(sh: Shell, engine: Engine) -> str:
    """Debian's own slim image where a registry answers, else the same suite bootstrapped here."""
    if engine.has_image(sh, _bootstrapped()) or engine.has_image(sh, PLAIN_BASE):
        return "cached"
    if registry.pull(sh, engine, PLAIN_BASE):
        return "pulled"
    debian.bootstrap(sh, "image-base", IMAGE_SUITE, _BASE_PACKAGES)
    engine.docker(sh, "import", debian.tarball("image-base", IMAGE_SUITE, _BASE_PACKAGES), _bootstrapped())
    return "built"


def _base(sh: Shell, engine: Engine) -> str:
    return _bootstrapped() if engine.has_image(sh, _bootstrapped()) else PLAIN_BASE


def _build(
    sh: Shell,
    engine: Engine,
    image: str,
    inputs: dict[str, Path],
    arguments: dict[str, str],
    stages: Mapping[str, str] | None = None,
) -> str:
    """A classic docker build over a folder with just the inputs, on the machine's network for Debian's packages."""
    name = name_of(image)
    if engine.has_image(sh, name):
        return "cached"
    context = SCRATCH / f"image-{image}"
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(FOLDER / image, context)
    for target, source in inputs.items():
        for file in files_under(source):
            place = context / target / file.relative_to(source) if source.is_dir() else context / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, place)
    words = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    build = ("build", "--network", "host", "--force-rm", *words)
    for stage, tag in (stages or {}).items():  # a tag of its own keeps a slow stage from being cleared away
        engine.docker(sh, *build, "--target", stage, "-t", tag, context)
    engine.docker(sh, *build, "-t", name, context)
    shutil.rmtree(context)
    for made in (name, *(stages or {}).values()):
        engine.forget_older(sh, made, KEPT)
    return "built"


def build_runner(sh: Shell, engine: Engine) -> str:
    """The static binary is made on the host, where Go and its caches are; the image only carries it."""
    if engine.has_image(sh, name_of("runner")):
        return "cached"
    key = _key("runner")

    def compile_into(into: Path) -> None:
        words = (
            "go",
            "build",
            "-trimpath",
            "-buildvcs=false",
            "-ldflags",
            "-s -w",
            "-o",
            into / "codeexec-runner",
            ".",
        )
        go_shell(sh).run(*words, cwd=FOLDER / "runner")

    keep("runner", key, compile_into)
    return _build(sh, engine, "runner", {"codeexec-runner": artefact("runner", key) / "codeexec-runner"}, {})


def build_language(sh: Shell, engine: Engine, image: str) -> str:
    arguments = {"BASE": _base(sh, engine), "RUNNER": name_of("runner")}
    return _build(sh, engine, image, {}, arguments)


def _requirements() -> list[str]:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    return [*project["build-system"]["requires"], "wheel", *project["project"]["dependencies"]]


def wheels_key() -> str:
    return content_key("wheels 1", IMAGE_PYTHON, *_WHEEL_PLATFORMS, *_requirements())


def fetch_wheels(sh: Shell) -> str:
    """Every wheel that the operator needs for the image's Python, whatever Python this machine has."""

    def download(into: Path) -> None:
        venv.ensure(sh)
        words = ["--only-binary=:all:", "--implementation", "cp", "--python-version", IMAGE_PYTHON]
        for platform in _WHEEL_PLATFORMS:
            words += ["--platform", platform]
        pip = ("-m", "pip", "--disable-pip-version-check", "download", "-q")
        sh.run(venv.PYTHON, *pip, *words, "-d", into, *_requirements())
        dependencies = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
        (into / "requirements.txt").write_text("\n".join(dependencies) + "\n", encoding="utf-8")

    return "fetched" if keep("wheels", wheels_key(), download) else "cached"


def build_operator(sh: Shell, engine: Engine) -> str:
    inputs = {"wheels": artefact("wheels", wheels_key()), **{f"source/{p.name}": p for p in _operator_files()}}
    stages = {"dependencies": f"codeexec/operator-dependencies:dev-{wheels_key()}"}
    outcome = _build(sh, engine, "operator", inputs, {"BASE": _base(sh, engine)}, stages)
    # here and nowhere else: in the middle of a build its stages look like rubbish
    engine.shell(sh).ask("docker", "image", "prune", "-f", "--filter", "label=codeexec.dev/stage=program")
    return outcome
