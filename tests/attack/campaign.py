"""All chosen attacks and their controls at once, and what the witnesses saw of each."""

import asyncio
import base64
import contextlib
import json
import re
import secrets
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.attack import yard
from tests.attack.attack import Attack, Bare, Evidence, Granted, Loosened, Object
from tests.attack.packets import Packets, enter_network
from tests.attack.processes import Processes
from tests.harness.fixtures import new_namespace, setting
from tests.harness.kubectl import Kubectl, Watch
from tests.harness.namespaces import Namespace
from tests.harness.nodes import in_node
from tests.harness.runs import Run
from tests.harness.surroundings import environment
from tests.harness.waiting import until

WITHIN = 420.0
"""Seconds for all runs together; a deadline, not a measure."""
_CONTROL_SECONDS = 40.0
_AT_ONCE = 6
_PORT = 8080
_CALLED = 8088
OPEN = "open"
"""Policy that allows everything."""
_KEPT = 1800
"""Seconds that finished sandboxes are kept for the witnesses."""

_LISTENER = """
import socket, threading
def udp():
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.bind(("", 8080))
    while True:
        print("heard", door.recv(2000), flush=True)
def take(guest):
    guest.settimeout(20)
    try:
        print("heard", guest.recv(2000), flush=True)
        guest.sendall(b"welcome")
    except OSError:
        pass
    guest.close()
threading.Thread(target=udp, daemon=True).start()
door = socket.create_server(("", 8080), backlog=100)
while True:
    threading.Thread(target=take, args=(door.accept()[0],), daemon=True).start()
"""

_ON_DISK = r"""
for file in /var/lib/kubelet/pods/$1/containers/sandbox/*; do stat -c %s "$file"; done | sort -n | tail -n 1
du -sb /var/log/pods/*_$1/sandbox | cut -f 1
head -c 4000000 /var/log/pods/*_$1/sandbox/0.log
"""


@dataclass
class Attempt:
    """One of the two sides of an attack."""

    attack: Attack
    evidence: Evidence
    name: str
    shared: bool = False
    """Whether other attempts go on in the same Pod."""
    uid: str = ""
    """Of the Pod."""
    node: str = ""


@dataclass(repr=False)
class Campaign:
    kubectl: Kubectl
    system: Kubectl
    attacks: Sequence[Attack]
    cells: Namespace
    yard: Namespace
    processes: Processes
    packets: Packets
    images: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    """What stands for @NAME@ in programs."""
    pods: dict[str, Object] = field(default_factory=dict)
    """Last seen, by namespace/name."""
    addresses: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Object] = field(default_factory=dict)
    sandboxed: dict[str, Attempt] = field(default_factory=dict)
    controls: dict[str, Attempt] = field(default_factory=dict)

    async def go(self) -> None:
        self.images = dict(part.split("=", 1) for part in setting(self.system, "CODEEXEC_IMAGES").split(","))
        async with (
            self.cells.kubectl.watching("pods") as one,
            self.yard.kubectl.watching("pods") as two,
            self.cells.kubectl.watching("cx") as runs,
        ):
            follower = asyncio.create_task(self._follow(one, two, runs))
            try:
                await self._prepare()
                await self._launch()
            finally:
                follower.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await follower
        await self._conclude()

    # -- what there is

    async def _follow(self, *watches: Watch) -> None:
        """Keeps the last state of every Pod and run."""
        read = [0] * len(watches)
        while True:
            for number, watch in enumerate(watches):
                fresh, read[number] = watch.events[read[number] :], len(watch.events)
                for _, obj in fresh:
                    self._note(obj)
            await asyncio.sleep(0.1)

    def _note(self, obj: Object) -> None:
        meta = obj["metadata"]
        if obj["kind"] == "CodeExecution":
            self.runs[meta["name"]] = obj
            return
        self.pods[f"{meta['namespace']}/{meta['name']}"] = obj
        if address := obj.get("status", {}).get("podIP"):
            self.addresses[meta["uid"]] = address

    async def _prepare(self) -> None:
        limits = {"retention": {"ttlSecondsAfterFinished": _KEPT}}
        allowed = {f"allow{what}": True for what in ("NetworkAccess", "FileSystemAccess", "ExternalCommands")}
        listener = yard.bare("listener", self.images["python"], Bare("", pid_1=_LISTENER), "")
        listener["spec"]["securityContext"]["runAsNonRoot"] = True
        await self.cells.apply(
            _policy("default", limits), _policy(OPEN, {**limits, "validation": allowed}), listener
        )
        pod = await self._running(self.cells.name, "listener")
        api = json.loads(await self.kubectl.read("-n", "default", "get", "service", "kubernetes", "-o", "json"))
        dns = json.loads(await self.kubectl.read("-n", "kube-system", "get", "service", "kube-dns", "-o", "json"))
        self.words = {
            "LISTENER": pod["status"]["podIP"],
            "NODE": pod["status"]["hostIP"],
            "API": api["spec"]["clusterIP"],
            "DNS": dns["spec"]["clusterIP"],
        }

    async def _running(self, namespace: str, name: str) -> Object:
        key = f"{namespace}/{name}"

        async def look() -> Object | None:
            pod = self.pods.get(key)
            if pod and pod["status"]["phase"] in ("Failed", "Succeeded"):
                raise AssertionError(f"{name} ended: {pod['status']}")
            return pod if pod and pod["status"]["phase"] == "Running" and pod["status"].get("podIP") else None

        return await until(look, f"Pod {name} running", within=180)

    # -- attempts

    async def _launch(self) -> None:
        executions, pods, jobs = [], {}, list[Callable[[], Awaitable[None]]]()
        at_once = asyncio.Semaphore(_AT_ONCE)
        canary = f"canary-{secrets.token_hex(8)}"
        for attack in self.attacks:
            attempt = self._attempt(attack, attack.id, f"canary-{secrets.token_hex(8)}")
            self.sandboxed[attack.id] = attempt
            executions.append(self._execution(attempt))
            match attack.control:
                case Granted(_, access, spec):
                    granted = self._attempt(attack, f"{attack.id}-granted", f"canary-{secrets.token_hex(8)}")
                    self.controls[attack.id] = granted
                    executions.append(self._execution(granted, access, spec))
                case Bare() as control:
                    name = yard.pod_of(attack, control)
                    used = self._attempt(attack, name, canary)
                    used.shared = not (control.own or control.pid_1)
                    self.controls[attack.id] = used
                    pods[name] = yard.bare(name, self.images[yard.image_of(attack)], control, canary)
                    jobs.append(lambda a=used, c=control: self._bare(a, c, at_once))  # type: ignore[misc]
                case Loosened() as control:
                    used = self._attempt(attack, f"loose-{attack.id}", f"canary-{secrets.token_hex(8)}")
                    self.controls[attack.id] = used
                    image = self.images[yard.image_of(attack)]
                    pods[used.name], job = yard.loosened(used.name, self._execution(used), image, control)
                    jobs.append(lambda a=used, j=job: self._loosened(a, j, at_once))  # type: ignore[misc]
        await asyncio.gather(self.cells.apply(*executions), *([self.yard.apply(*pods.values())] if pods else []))
        companions = [self._companion(a) for a in (*self.sandboxed.values(), *self.controls.values())]
        await asyncio.gather(self._runs(len(executions)), *(job() for job in jobs), *companions)

    def _attempt(self, attack: Attack, name: str, canary: str) -> Attempt:
        return Attempt(attack, Evidence(f"t{secrets.token_hex(6)}", canary), name)

    def _filled(self, value: Any, e: Evidence) -> Any:  # noqa: ANN401 (JSON)
        if isinstance(value, str):
            words = {**self.words, "TOKEN": e.token, "CANARY": e.canary}
            return re.sub(r"@([A-Z]+)@", lambda found: words.get(found[1], found[0]), value)
        if isinstance(value, dict):
            return {key: self._filled(each, e) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._filled(each, e) for each in value]
        return value

    def _execution(self, attempt: Attempt, access: object = None, more: object = None) -> Object:
        attack = attempt.attack
        spec: Object = {"language": attack.language, "args": ["@TOKEN@"], **attack.spec, **dict(more or {})}  # type: ignore[call-overload]
        if attack.program:
            spec["code"] = attack.program
        if access:
            spec["access"] = {**spec.get("access", {}), **dict(access)}  # type: ignore[call-overload]
        if spec.get("access"):
            spec["policyRef"] = {"name": OPEN}
        return {
            "apiVersion": "codeexec.dev/v1alpha1",
            "kind": "CodeExecution",
            "metadata": {"name": attempt.name},
            "spec": self._filled(spec, attempt.evidence),
        }

    async def _runs(self, count: int) -> None:
        async def look() -> bool:
            return sum(Run(obj).finished for obj in self.runs.values()) >= count

        with contextlib.suppress(AssertionError):  # the attack that has no verdict fails, and no other
            await until(look, "every verdict", within=WITHIN)

    async def _bare(self, attempt: Attempt, control: Bare, at_once: asyncio.Semaphore) -> None:
        e = attempt.evidence
        try:
            pod = await self._running(self.yard.name, attempt.name)
            attempt.uid, e.address = pod["metadata"]["uid"], pod["status"]["podIP"]
            text = self._filled(yard.script(attempt.attack, control), e)
            program = self._filled(attempt.attack.program, e)
            async with at_once:
                words = ("exec", "-i", attempt.name, "-c", yard.CONTAINER, "--", "sh", "-c", text)
                try:
                    answer = await self.yard.kubectl.ask(*words, stdin=program, seconds=_CONTROL_SECONDS)
                    e.output, e.exit_code = answer.out + answer.err, answer.code
                except subprocess.TimeoutExpired as late:
                    e.output = "".join(part.decode(errors="replace") for part in (late.stdout, late.stderr) if isinstance(part, bytes))
        except AssertionError as error:
            e.trouble = str(error)

    async def _loosened(self, attempt: Attempt, job: Object, at_once: asyncio.Semaphore) -> None:
        e = attempt.evidence
        try:
            pod = await self._running(self.yard.name, attempt.name)
            attempt.uid, e.address = pod["metadata"]["uid"], pod["status"]["podIP"]
            words = ("attach", "-i", "-q", attempt.name, "-c", yard.CONTAINER)
            async with at_once:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    line = json.dumps(job, ensure_ascii=False) + "\n"
                    await self.yard.kubectl.ask(*words, stdin=line, seconds=_CONTROL_SECONDS)
            e.log = (await self.yard.kubectl.ask("logs", attempt.name)).out
            e.output = yard.said(e.log)
        except AssertionError as error:
            e.trouble = str(error)

    # -- somebody outside who takes part

    async def _companion(self, attempt: Attempt) -> None:
        if not attempt.attack.companion:
            return
        started = time.monotonic()
        while time.monotonic() - started < WITHIN:
            uid = attempt.uid or self._sandbox_uid(attempt)
            pid, address = self.processes.pid_1(uid) if uid else None, self.addresses.get(uid)
            busy = bool(self.processes.of(uid, attempt.evidence.token)) if uid else False
            if pid and address and busy:
                work = _listen if attempt.attack.companion == "listen" else _call
                caller = self.processes.pid_1(self.pods[f"{self.cells.name}/listener"]["metadata"]["uid"])
                with ThreadPoolExecutor(1) as alone:  # a thread that has entered a Pod's network does nothing else
                    future = alone.submit(work, pid, address, attempt.evidence.token, caller)
                    attempt.evidence.companion = await asyncio.wrap_future(future)
                return
            if attempt.name in self.runs and Run(self.runs[attempt.name]).finished:
                return
            await asyncio.sleep(0.05)

    def _sandbox_uid(self, attempt: Attempt) -> str:
        run = self.runs.get(attempt.name)
        return str(Run(run).status.get("sandbox", {}).get("uid", "")) if run else ""

    # -- what was seen

    async def _conclude(self) -> None:
        every = [*self.sandboxed.values(), *self.controls.values()]
        heard = await self.cells.kubectl.read("logs", "listener")
        for namespace in (self.cells, self.yard):
            for pod in await namespace.kubectl.items("pods"):
                self._note(pod)
        config_maps = {m["metadata"]["name"]: m for m in await self.cells.kubectl.items("configmaps")}
        for attempt in every:
            e = attempt.evidence
            if attempt.name in self.runs:
                e.run = Run(self.runs[attempt.name])
                e.output = _texts(e.run, config_maps)
                attempt.uid = self._sandbox_uid(attempt)
            e.address = e.address or self.addresses.get(attempt.uid, "")
            e.pod = next((p for p in self.pods.values() if p["metadata"]["uid"] == attempt.uid), {})
            e.processes = self.processes.of(attempt.uid, e.token if attempt.shared else "")
            e.most_processes, e.most_memory = self.processes.most[attempt.uid], self.processes.most_memory[attempt.uid]
            e.packets = [*self.packets.of(e.address), *self.packets.carrying(e.token)]
            e.heard = e.token in heard
        await asyncio.gather(*(asyncio.to_thread(self._from_disk, a) for a in every if a.attack.disk and a.uid))
        looks = self.processes.looks

        async def looked_again() -> bool:
            return self.processes.looks > looks + 2

        await until(looked_again, "another look at the processes")
        for attempt in every:
            latest = max(process.last for process in self.processes.all.values())
            attempt.evidence.left = sum(p.last >= latest - 1 for p in attempt.evidence.processes if p.inside != 1)

    def _from_disk(self, attempt: Attempt) -> None:
        e = attempt.evidence
        said = in_node(e.pod["spec"]["nodeName"], "sh", "-c", _ON_DISK, "sh", attempt.uid)
        termination, log, e.log = (said.split("\n", 2) + ["", ""])[:3]
        e.termination_bytes, e.log_bytes = int(termination or 0), int(log or 0)
        for status in e.pod["status"].get("containerStatuses", ()):
            e.termination = status["state"].get("terminated", {}).get("message", "")


def _listen(pid: int, _address: str, token: str, _caller: int | None) -> bool:
    """On an abstract socket in the Pod's network, where nothing of the Pod is behind it."""
    with contextlib.suppress(OSError):
        enter_network(pid)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.bind(f"\0{token}")
            door.listen()
            door.settimeout(8)
            guest, _ = door.accept()
            guest.close()
            return True
    return False


def _call(pid: int, address: str, token: str, caller: int | None) -> bool:
    """The Pod, from another one, until it says the token or is gone."""
    if not caller:
        return False
    enter_network(caller)
    deadline = time.monotonic() + 8
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((address, _CALLED), timeout=1) as line:
            if line.recv(100) == token.encode():
                return True
        with contextlib.suppress(OSError):
            time.sleep(0.1)
        _ = pid
    return False


def _texts(run: Run, config_maps: dict[str, Object]) -> str:
    """Everything in the status that comes from within the sandbox."""
    found = list[str]()

    def walk(value: object, key: str = "") -> None:
        if key == "error":  # our own words
            return
        if isinstance(value, dict):
            if key == "configMap":
                data = config_maps.get(value["name"], {}).get("binaryData", {}).get(value["key"], "")
                found.append(base64.b64decode(data).decode(errors="replace"))
            for name, each in value.items():
                walk(each, name)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif key == "contentBase64":
            found.append(base64.b64decode(str(value)).decode(errors="replace"))
        else:
            found.append(str(value))

    for part in ("output", "stderr", "compilerOutput", "batch", "artifacts"):
        walk(run.status.get(part, ""), part)
    return "\n".join(found)


def _policy(name: str, spec: Object) -> Object:
    return {"apiVersion": "codeexec.dev/v1alpha1", "kind": "SandboxPolicy", "metadata": {"name": name}, "spec": spec}



def node_processes(kubectl: Kubectl) -> list[int]:
    """A process of each kind node, as the machine counts."""
    found = []
    for node in json.loads(kubectl.read_now("get", "nodes", "-o", "json"))["items"]:
        words = ("docker", "inspect", "-f", "{{.State.Pid}}", node["metadata"]["name"])
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment())  # noqa: S603
        found.append(int(done.stdout))
    return found


@contextmanager
def campaign(kubectl: Kubectl, system: Kubectl, attacks: Sequence[Attack]) -> Iterator[Campaign]:
    with (
        new_namespace(kubectl, "attacks") as cells,
        new_namespace(kubectl, "controls") as controls,
        Processes() as processes,
        Packets(node_processes(kubectl)) as packets,
    ):
        level = "pod-security.kubernetes.io/enforce=privileged"
        kubectl.read_now("label", "namespace", controls.name, level, "--overwrite")
        made = Campaign(kubectl, system, attacks, cells, controls, processes, packets)
        asyncio.run(made.go())
        yield made
