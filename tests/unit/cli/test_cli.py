"""The command line as a person meets it."""

import pytest
from typer.testing import CliRunner

import codeexec
from codeexec.cli.main import app
from codeexec.config import image_names


@pytest.mark.parametrize("command", [["--help"], ["operator", "--help"], ["version", "--help"]])
def test_help(command: list[str]) -> None:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_version() -> None:
    assert CliRunner().invoke(app, ["version"]).output == f"{codeexec.__version__}\n"


def test_every_option_of_the_operator_has_a_variable() -> None:
    (command,) = [one for one in app.registered_commands if one.callback.__name__ == "operator"]
    for parameter in command.callback.__annotations__.values():
        for option in getattr(parameter, "__metadata__", ()):
            assert option.envvar.startswith("CODEEXEC_")
            assert option.help


def test_nonsense_is_refused() -> None:
    result = CliRunner().invoke(app, ["operator", "--max-concurrent", "0"])
    assert result.exit_code == 2


IMAGES = ["python", "node", "go", "rust", "java", "gcc"]


def test_an_image_that_is_not_named_is_the_released_one() -> None:
    released = {name: f"codeexec/{name}:{codeexec.__version__}" for name in IMAGES}
    assert image_names("") == released
    assert image_names("python=p:1, gcc=reg:5000/gcc@sha256:ab=,") == released | {
        "python": "p:1",
        "gcc": "reg:5000/gcc@sha256:ab=",
    }


@pytest.mark.parametrize(("text", "wrong"), [("ruby=x", "ruby"), ("python", "python"), ("node=", "node"), ("=x", "")])
def test_an_image_that_belongs_to_nothing_is_refused_before_anything_starts(text: str, wrong: str) -> None:
    result = CliRunner().invoke(app, ["operator", "--images", text], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert f"{wrong!r} is not NAME=IMAGE with NAME one of {', '.join(IMAGES)}" in result.output
    assert "--images" in result.output


def test_what_is_put_into_the_environment_counts_as_an_option() -> None:
    result = CliRunner().invoke(app, ["operator"], env={"CODEEXEC_IMAGES": "ruby=x", "COLUMNS": "300"})
    assert result.exit_code == 2
    assert "'ruby'" in result.output
