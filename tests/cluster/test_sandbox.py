"""The sandbox, seen from inside by a program that looks around, and from outside as the API server has it."""

import asyncio
import json
import textwrap
from typing import Any

import pytest

from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import Namespace
from tests.harness.runs import policy, python

LOOK_AROUND = """
    import ctypes, errno, json, os, signal, socket, stat
    def attempt(action):
        try:
            return repr(action())
        except OSError as error:
            return errno.errorcode[error.errno]
    def read(path):
        return attempt(lambda: open(path, "rb").read(200))
    def write(path):
        return attempt(lambda: open(path, "wb").write(b"x"))
    libc = ctypes.CDLL(None, use_errno=True)
    def call(number, *args):
        ctypes.set_errno(0)
        done = libc.syscall(number, *args)
        return errno.errorcode[ctypes.get_errno()] if done < 0 else done
    report = {
        "uid": os.getuid(), "gid": os.getgid(), "groups": os.getgroups(),
        "env": sorted(os.environ),
        "hostname": socket.gethostname(),
        "fds": {fd: attempt(lambda: stat.S_ISFIFO(os.fstat(fd).st_mode)) for fd in range(2000)},
        "writes": {path: write(path) for path in ("/x", "/usr/x", "/etc/x", "/usr/bin/python3", "/dev/shm/x",
                   "/usr/local/bin/codeexec-runner", "/proc/sys/kernel/hostname", "/sys/fs/cgroup/cgroup.procs",
                   "/tmp/x", "/workspace/x", "main.py", "/proc/1/mem", "/proc/1/oom_score_adj", "/proc/self/comm",
                   "/dev/termination-log", "/dev/null")},
        "reads": {path: read(path) for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/self/status",
                  "/var/run/secrets/kubernetes.io/serviceaccount/token", "/run/secrets", "/proc/kcore", "/etc/passwd",
                  "/etc/hostname", "/etc/resolv.conf", "/tmp", "/sys/fs/cgroup/memory/memory.limit_in_bytes")},
        "mine": {path: read(path) for path in ("main.py", "/usr/lib/os-release", "/dev/urandom")},
        "pid1": {
            "fds": attempt(lambda: os.listdir("/proc/1/fd")),
            "kill": attempt(lambda: os.kill(1, 9)),
            "ptrace": call(101, 16, 1, 0, 0),
            "pidfd_getfd": call(438, 3, 1, 0),
            "process_vm_readv": call(310, 1, 0, 0, 0, 0, 0),
            "setpriority": attempt(lambda: os.setpriority(os.PRIO_PROCESS, 1, 19)),
        },
        "sockets": {
            "inet": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
            "udp": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
            "inet6": attempt(lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM)),
            "raw": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)),
            "packet": attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
            "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
            "vsock": attempt(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)),
            "unix": attempt(lambda: socket.socketpair()[0].family.name),
        },
        "calls": {
            "unshare": call(272, 0x10000000), "mount": call(165, 0, 0, 0, 0, 0), "bpf": call(321, 0, 0, 0),
            "io_uring_setup": call(425, 1, 0), "userfaultfd": call(323, 0), "keyctl": call(250, 0, 0),
            "memfd_create": call(319, b"x", 0), "setuid": attempt(lambda: os.setuid(0)),
            "chroot": attempt(lambda: os.chroot("/tmp")),
            "execve": attempt(lambda: os.execv("/usr/bin/true", ["true"])),
        },
    }
    print(json.dumps(report))
"""

LOOK_AT_PROC = """
    // Node may read /proc, by which it sizes itself; Python may not.
    const fs = require("fs");
    const lines = (path) => fs.readFileSync(path, "utf8").trim().split("\\n");
    console.log(JSON.stringify({
      pid: process.pid,
      uid_map: lines("/proc/self/uid_map")[0].trim().split(/ +/).map(Number),
      status: Object.fromEntries(lines("/proc/self/status").map((line) => line.split(":\\t"))),
      processes: fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).map(Number).sort((a, b) => a - b),
      mounts: lines("/proc/self/mounts").map((line) => line.split(" ").slice(0, 4)),
    }));
"""


@pytest.fixture(scope="module")
def inside(namespace: Namespace) -> dict[str, Any]:
    """The reports of two runs that look around, for all tests of the module."""
    return asyncio.run(_looked(namespace))


async def _looked(namespace: Namespace) -> dict[str, Any]:
    report: dict[str, Any] = {}
    for language, code in (("python", LOOK_AROUND), ("javascript", LOOK_AT_PROC)):
        run = await namespace.run(code, language=language)
        assert run.reason == "Completed", run
        report |= json.loads(run.output)
    return report


def test_user_and_user_namespace(inside: dict[str, Any]) -> None:
    assert 20_000 <= inside["uid"] < 60_000
    assert inside["gid"] == inside["uid"]
    assert set(inside["groups"]) <= {inside["gid"]}
    first_inside, first_outside, length = inside["uid_map"]
    assert (first_inside, length) == (0, 65_536)
    assert first_outside >= 65_536, "its root is nobody on the node"


def test_no_capabilities_and_no_way_to_new_ones(inside: dict[str, Any]) -> None:
    status = inside["status"]
    for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0, name
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_nothing_can_be_written_without_the_right(inside: dict[str, Any]) -> None:
    assert {path for path, outcome in inside["writes"].items() if outcome == "1"} == {"/dev/null"}, inside["writes"]
    for path in ("/tmp/x", "/workspace/x", "main.py", "/dev/shm/x", "/dev/termination-log"):  # noqa: S108
        assert inside["writes"][path] == "EACCES", path
    root = next(mount for mount in inside["mounts"] if mount[1] == "/")
    assert "ro" in root[3].split(",")


def test_what_can_be_read(inside: dict[str, Any]) -> None:
    content = ("b'", 'b"')  # and not the name of an error
    assert all(outcome.startswith(content) for outcome in inside["mine"].values()), inside["mine"]
    readable = {path for path, outcome in inside["reads"].items() if outcome.startswith(content)}
    assert not readable, "its own folder and its runtime, and nothing else"


def test_no_credentials_and_no_kubernetes(inside: dict[str, Any]) -> None:
    assert inside["env"] == ["HOME", "LANG", "PATH"]
    assert inside["reads"]["/var/run/secrets/kubernetes.io/serviceaccount/token"] in ("ENOENT", "EACCES")
    assert not [mount for mount in inside["mounts"] if "secret" in mount[1]]
    assert inside["hostname"] == "sandbox"


def test_the_runner_is_out_of_reach(inside: dict[str, Any]) -> None:
    for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/maps"):
        assert inside["reads"][path] in ("EACCES", "EPERM"), path
    assert inside["writes"]["/proc/1/mem"] in ("EACCES", "EPERM")
    for what, outcome in inside["pid1"].items():
        assert outcome in ("EACCES", "EPERM", "EBADF", "ENOSYS"), what


def test_it_holds_pipes_and_nothing_else(inside: dict[str, Any]) -> None:
    assert {fd: kind for fd, kind in inside["fds"].items() if kind != "EBADF"} == dict.fromkeys("012", "True")


@pytest.mark.parametrize("family", ["inet", "udp", "inet6", "raw", "packet", "netlink", "vsock"])
def test_sockets_are_refused(inside: dict[str, Any], family: str) -> None:
    assert inside["sockets"][family] in ("EACCES", "EPERM"), inside["sockets"]


def test_sockets_within_are_not(inside: dict[str, Any]) -> None:
    assert inside["sockets"]["unix"] == "'AF_UNIX'"


@pytest.mark.parametrize(
    "name",
    [
        "unshare",
        "mount",
        "bpf",
        "io_uring_setup",
        "userfaultfd",
        "keyctl",
        "memfd_create",
        "setuid",
        "chroot",
        "execve",
    ],
)
def test_system_calls_that_nobody_needs(inside: dict[str, Any], name: str) -> None:
    assert inside["calls"][name] in ("EPERM", "ENOSYS", "EACCES"), inside["calls"]


def test_it_sees_the_runner_and_itself_only(inside: dict[str, Any]) -> None:
    assert inside["processes"] == [1, inside["pid"]]


async def test_concurrent_sandboxes_have_users_of_their_own(namespace: Namespace) -> None:
    code = "import os, time; print(os.getuid()); time.sleep(2)"
    runs = await asyncio.gather(*(namespace.run(code) for _ in range(4)))
    assert len({run.output for run in runs}) == len(runs), [run.output for run in runs]


async def test_the_pod_is_hardened(namespace: Namespace) -> None:
    run = await namespace.reached(await namespace.start("import time; time.sleep(2)"), "Running")
    pod = await namespace.sandbox_of(run)
    assert pod
    spec, (container,) = pod["spec"], pod["spec"]["containers"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["hostUsers"] is False
    assert spec["restartPolicy"] == "Never"
    assert spec["dnsPolicy"] == "None"
    assert spec["activeDeadlineSeconds"] > 0
    assert not {"hostNetwork", "hostPID", "hostIPC", "hostAliases"} & set(spec)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert all(set(volume) == {"name", "emptyDir"} and "sizeLimit" in volume["emptyDir"] for volume in spec["volumes"])
    (owner,) = pod["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"], owner["controller"]) == ("CodeExecution", run.uid, True)


async def test_the_namespace_enforces_restricted(namespace: Namespace, kubectl: Kubectl) -> None:
    """The sandbox was accepted in a namespace that turns away any other Pod of its kind."""
    space = json.loads(await kubectl.read("get", "namespace", namespace.name, "-o", "json"))
    assert space["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    soft: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "soft"},
        "spec": {"containers": [{"name": "soft", "image": "codeexec/python"}]},
    }
    answer = await namespace.kubectl.ask("create", "-f", "-", stdin=soft)
    assert answer.code != 0
    assert 'violates PodSecurity "restricted' in answer.err


async def test_a_volume_in_memory_is_bounded(own_namespace: Namespace) -> None:
    writing = policy()
    writing["spec"]["validation"] = {"allowFileSystemAccess": True}
    await own_namespace.apply(writing)
    for folder in ("/tmp", "/workspace"):  # noqa: S108
        run = await own_namespace.run(
            f"""
            with open("{folder}/big", "wb") as out:
                for _ in range(512): out.write(bytes(1 << 20))
            """,
            access={"filesystem": True},
        )
        assert run.reason == "DiskLimitExceeded", run
    assert (await own_namespace.run("print('well')")).reason == "Completed"


def test_the_code_dedents() -> None:
    """Guards the tests themselves: a program that does not even compile would prove nothing."""
    compile(textwrap.dedent(LOOK_AROUND), "look around", "exec")
    assert python(LOOK_AROUND)["spec"]["code"].startswith("import ctypes")
