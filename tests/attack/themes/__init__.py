"""The attacks, by what they are aimed at."""

from tests.attack.attack import Attack
from tests.attack.themes import execution, kernel, network, proc

THEMES: dict[str, list[Attack]] = {
    "Network": network.ATTACKS,
    "/proc, PID 1 and other processes": proc.ATTACKS,
    "Execution": execution.ATTACKS,
    "Kernel": kernel.ATTACKS,
}
ATTACKS = [attack for attacks in THEMES.values() for attack in attacks]
