"""The attacks, by what they are aimed at."""

from tests.attack.attack import Attack
from tests.attack.themes import compiling, execution, files, kernel, network, proc, record, resources, rights, signals

THEMES: dict[str, list[Attack]] = {
    "Access rights": rights.ATTACKS,
    "Network": network.ATTACKS,
    "/proc, PID 1 and other processes": proc.ATTACKS,
    "The record and the verdict": record.ATTACKS,
    "Files and artifacts": files.ATTACKS,
    "Compiling": compiling.ATTACKS,
    "Execution": execution.ATTACKS,
    "The kernel": kernel.ATTACKS,
    "Signals and supervision": signals.ATTACKS,
    "Resources": resources.ATTACKS,
}
ATTACKS = [attack for attacks in THEMES.values() for attack in attacks]
