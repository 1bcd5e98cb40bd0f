"""The command line as a person meets it."""

import pytest
from typer.testing import CliRunner

import codeexec
from codeexec.cli.main import app


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
