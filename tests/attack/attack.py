"""What an attack is: what it tries, how, and what would be seen from outside of the sandbox if it succeeded.

One predicate serves both sides. `worked(evidence)` looks at what witnesses outside have seen; it must be False for the
run in the sandbox, and True for the control, which is the same attempt with its defence off. A predicate that sees
nothing would fail its control.
"""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.attack.packets import ACK, SYN, Packet
from tests.attack.processes import File, Portrait, Process
from tests.harness.runs import Run

Object = dict[str, Any]


@dataclass(repr=False)
class Evidence:
    """What was seen of one attempt, by whom it says."""

    token: str
    """A number of this attempt alone, which the program is given as its first argument."""
    canary: str
    """A word that the attempt is not to learn."""
    address: str = ""
    """Of the Pod, from the API server."""
    output: str = ""
    """All that the attempt's author gets back: of a run status.output, stderr, compiler output, batch and artifacts; of
    a control what its command printed."""
    exit_code: int | None = None
    """Of a control's command; None when it had to be ended."""
    run: Run | None = None
    pod: Object = field(default_factory=dict)
    processes: Sequence[Process] = ()
    """From the node's process table."""
    most_processes: int = 0
    most_memory: int = 0
    left: int = 0
    """Processes alive after its end."""
    packets: Sequence[Packet] = ()
    """To or from the Pod, from the node's network, and those that carry the token."""
    heard: bool = False
    """Whether the listening Pod heard the token."""
    log: str = ""
    """The container's log on the node's disk."""
    log_bytes: int = 0
    termination_bytes: int = 0
    termination: str = ""
    """What the kubelet read there."""
    companion: bool = False
    """What the attempt's companion outside has seen."""
    trouble: str = ""
    """Why there is no evidence."""

    def portraits(self) -> list[Portrait]:
        return [process.portrait for process in self.processes if process.portrait]

    def pid_1(self) -> list[Portrait]:
        return [process.of_pid_1 for process in self.processes if process.of_pid_1]

    def files(self) -> list[File]:
        return [file for portrait in self.portraits() for file in portrait.files]

    def descriptors(self) -> list[str]:
        """Beyond standard input, output and error."""
        return [to for portrait in self.portraits() for fd, to in portrait.descriptors.items() if fd > 2]

    def executed(self) -> bool:
        """Something was executed under the token's name."""
        return any(words and words[0] == self.token for process in self.processes for words in process.commands)


Predicate = Callable[[Evidence], bool]


@dataclass(frozen=True)
class Bare:
    """Control: the program in a Pod of the same image without the runner."""

    shows: str
    """How that Pod differs, and what it shows; a sentence for docs/attacks.md."""
    seccomp: str = "RuntimeDefault"
    root: bool = False
    privileged: bool = False
    capabilities: tuple[str, ...] = ()
    host_pid: bool = False
    no_new_privileges: bool = True
    own: bool = False
    """Not shared with other controls: the program wrecks it."""
    command: str = ""
    """A shell script in place of the program itself; @TOKEN@, @CANARY@ as there, $PROGRAM a file with the program."""
    pid_1: str = ""
    """Python that plays the runner; what stands in for it otherwise only waits."""


@dataclass(frozen=True)
class Loosened:
    """Control: the same Pod, runner and job, with this much of the job changed."""

    shows: str
    confine: Mapping[str, object]


@dataclass(frozen=True)
class Granted:
    """Control: the same CodeExecution with an access right, which its policy allows."""

    shows: str
    access: Mapping[str, bool] = field(default_factory=dict)
    spec: Mapping[str, object] = field(default_factory=dict)
    """What else is given up."""


@dataclass(frozen=True)
class Without:
    """There is no control; why."""

    why: str


Control = Bare | Loosened | Granted | Without


@dataclass(frozen=True, repr=False)
class Attack:
    id: str
    tries: str
    """One sentence."""
    stopped_by: str
    program: str
    worked: Predicate
    control: Control
    language: str = "python"
    spec: Mapping[str, object] = field(default_factory=dict)
    """What else stands in the CodeExecution's spec."""
    verdict: frozenset[str] = frozenset({"Completed"})
    """Reasons with which the run may end: who is blamed is part of the defence."""
    watched: bool = False
    """The predicate looks at portraits: without one of the sandboxed program, nothing is proved."""
    disk: bool = False
    """The predicate looks at files of the node."""
    companion: str = ""
    """What somebody outside does meanwhile: `listen` on an abstract socket in the Pod's network, or `call` the Pod."""
    also: Predicate | None = None
    """What must be so as well in the sandbox."""


def ends(*reasons: str) -> frozenset[str]:
    return frozenset(reasons)


PYTHON = """
import ctypes, errno, os, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
token = sys.argv[1]
def call(number, *args):
    ctypes.set_errno(0)
    done = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return -ctypes.get_errno() if done < 0 else done
def attempt(action, *args):
    try:
        return action(*args)
    except (OSError, ValueError) as error:
        return error
def tried(seconds=2.5):
    print("tried", flush=True)
    libc.prctl(15, b"tried", 0, 0, 0)
    time.sleep(seconds)
"""
"""What every Python program begins with. `tried` calls the witness: PR_SET_NAME."""

C = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static void tried(void) {
    printf("tried\n"); fflush(stdout);
    prctl(PR_SET_NAME, "tried", 0, 0, 0);
    usleep(2500000);
}
"""


def python(code: str) -> str:
    return PYTHON + textwrap.dedent(code)


def c(code: str) -> str:
    return C + textwrap.dedent(code)


# What predicates are made of.


def learned_canary(e: Evidence) -> bool:
    """It came to know the word that it must not know."""
    return e.canary in e.output


def learned_address(e: Evidence) -> bool:
    """It came to know its Pod's address, which stands in /etc/hosts and nowhere in the sandbox."""
    return bool(e.address) and e.address in e.output


def executed(e: Evidence) -> bool:
    return e.executed()


def heard(e: Evidence) -> bool:
    return e.heard


def sent(e: Evidence) -> bool:
    """A packet with its token came out of a Pod."""
    return any(e.token.encode() in packet.body for packet in e.packets)


def holds(*kinds: str) -> Predicate:
    """It has a descriptor of one of these kinds."""
    return lambda e: any(kind in to for kind in kinds for to in e.descriptors())


def said(text: str) -> Predicate:
    return lambda e: text in e.output


def named(e: Evidence) -> bool:
    """A file with its token in the name lies somewhere in the Pod."""
    return any(e.token in file.path for file in e.files())


def answered(packets: Iterable[Packet], address: str, port: int, *, by: str) -> bool:
    """`by` took a TCP connection from this Pod."""
    both = SYN | ACK
    return any(
        p.source == by and p.target == address and p.source_port == port and p.flags & both == both for p in packets
    )


def of_program(pick: Callable[[Portrait], bool]) -> Predicate:
    return lambda e: any(pick(portrait) for portrait in e.portraits())


def of_pid_1(pick: Callable[[Portrait], bool]) -> Predicate:
    return lambda e: any(pick(portrait) for portrait in e.pid_1())


def either(*predicates: Predicate) -> Predicate:
    return lambda e: any(predicate(e) for predicate in predicates)
