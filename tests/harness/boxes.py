"""A container of a language image, as narrow as a sandbox Pod makes it, without a cluster around it.

What Landlock does there is done here by file modes: a compiler writes into .build and /tmp, a program nowhere else
than /tmp.
"""

import io
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.harness.surroundings import environment

USER = 31337
FOLDER = "/workspace/program"
_ENVIRONMENT = ("PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8")
# The shell's clock, read beside the program: docker takes longer than most compilers.
_TIMED = 'began=$EPOCHREALTIME; "$@"; code=$?; echo "$began $EPOCHREALTIME" >&2; exit $code'
_LAY_OUT = f"""
if [ -d {FOLDER} ]; then chmod -R u+w {FOLDER}; rm -rf {FOLDER}; fi
mkdir -p {FOLDER}/.build
tar -x -C {FOLDER}
find {FOLDER} -type d ! -name .build -exec chmod a-w {{}} +
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    output: str
    stderr: str
    milliseconds: int


def docker(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 (a list of our own words, no shell)
        ["/usr/bin/env", "docker", *words], input=stdin, capture_output=True, check=False, env=environment(), timeout=60
    )


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


class Box:
    """Stays for several programs, one after another."""

    def __init__(self, image: str, memory: str) -> None:
        confined = ("--network", "none", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only")
        owner = f"uid={USER},gid={USER}"  # the mode would be that of the image's folder, whatever is said here
        volumes = (f"--tmpfs=/workspace:exec,{owner},size=128m", f"--tmpfs=/tmp:noexec,{owner},size=64m")
        user = ("--user", f"{USER}:{USER}", "--memory", memory, "--pids-limit", "256")
        staying = ("--init", "--entrypoint", "/usr/bin/sleep", image, "600")
        self._name = _said(docker("run", "-d", "--rm", *confined, *volumes, *user, *staying))

    def close(self) -> None:
        docker("rm", "-f", self._name)

    def lay_out(self, files: Mapping[str, str]) -> None:
        """The program's folder as the runner makes it: nothing of the last one left, only .build can be written to."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for name, text in files.items():
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode = len(text.encode()), 0o444
                tar.addfile(entry, io.BytesIO(text.encode()))
        _said(docker("exec", "-i", self._name, "bash", "-ec", _LAY_OUT, stdin=packed.getvalue()))

    def seal(self) -> None:
        """After compiling."""
        _said(docker("exec", self._name, "chmod", "-R", "a-w", FOLDER))

    def run(self, argv: Sequence[str], more: Mapping[str, str] | None = None) -> Outcome:
        given = (*_ENVIRONMENT, *(f"{name}={value}" for name, value in (more or {}).items()))
        words = ("bash", "-c", _TIMED, "timed", "/usr/bin/env", "-i", *given, *argv)
        done = docker("exec", "-w", FOLDER, self._name, *words)
        stderr, _, times = done.stderr.decode().rstrip("\n").rpartition("\n")
        began, ended = map(float, times.split())
        return Outcome(done.returncode, done.stdout.decode(), stderr, round((ended - began) * 1000))


def megabytes(image: str) -> int:
    """All its layers, as the engine counts them."""
    return round(int(_said(docker("image", "inspect", "-f", "{{.Size}}", image))) / 1e6)
