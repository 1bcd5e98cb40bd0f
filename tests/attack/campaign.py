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
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.attack import yard
from tests.attack.attack import Attack, Bare, Evidence, Granted, Loosened, Object
from tests.attack.packets import Packets, enter_network
from tests.attack.processes import Process, Processes
from tests.harness.fixtures import new_namespace, setting
from tests.harness.kubectl import Kubectl, Watch
from tests.harness.namespaces import Namespace
from tests.harness.nodes import in_node
from tests.harness.runs import LANGUAGES, UNCHECKED, Run
from tests.harness.surroundings import environment
from tests.harness.waiting import until

WITHIN = 420.0
"""Seconds for all runs together; a deadline, not a measure."""
_CONTROL_SECONDS = 90.0
_AT_ONCE = 4
_PODS_AT_ONCE = 4
"""Of controls that want one of their own."""
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
    """To be tried in a sandbox."""
    without: Sequence[Attack]
    """To be tried without their defence."""
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
        allowed = {f"allow{what}": True for what in ("NetworkAccess", "FileSystemAccess", "ExternalCommands")}
        listener = yard.bare("listener", self.images["python"], Bare("", pid_1=_LISTENER), "")
        listener["spec"]["securityContext"]["runAsNonRoot"] = True
        unchecked = {language: {"validation": UNCHECKED} for language in LANGUAGES}
        await self.cells.apply(
            _policy("default", {"languages": unchecked}),
            _policy(OPEN, {"languages": unchecked, "validation": allowed}),
            listener,
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
        executions, shared, jobs = [], dict[str, Object](), list[Callable[[], Awaitable[None]]]()
        at_once, pods_at_once = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(_PODS_AT_ONCE)
        canary = f"canary-{secrets.token_hex(8)}"
        for attack in self.attacks:
            attempt = self._attempt(attack, attack.id, f"canary-{secrets.token_hex(8)}")
            self.sandboxed[attack.id] = attempt
            executions.append(self._execution(attempt))
        for attack in self.without:
            match attack.control:
                case Granted(_, access, spec):
                    granted = self._attempt(attack, f"{attack.id}-granted", f"canary-{secrets.token_hex(8)}")
                    self.controls[attack.id] = granted
                    executions.append(self._execution(granted, access, spec))
                case Bare() as control:
                    name = yard.pod_of(attack, control)
                    used = self._attempt(attack, name, canary)
                    self.controls[attack.id] = used
                    pod = yard.bare(name, self.images[yard.image_of(attack)], control, canary)
                    if control.own or control.pid_1:
                        jobs.append(partial(self._alone, used, pod, partial(self._bare, used, control), pods_at_once))
                    else:
                        used.shared, shared[name] = True, pod
                        jobs.append(partial(self._together, used, control, at_once))
                case Loosened() as control:
                    used = self._attempt(attack, f"loose-{attack.id}", f"canary-{secrets.token_hex(8)}")
                    self.controls[attack.id] = used
                    image = self.images[yard.image_of(attack)]
                    pod, job = yard.loosened(used.name, self._execution(used), image, control)
                    jobs.append(partial(self._alone, used, pod, partial(self._loosened, used, job), pods_at_once))
        await asyncio.gather(self.cells.apply(*executions), *([self.yard.apply(*shared.values())] if shared else []))
        companions = [self._companion(a) for a in (*self.sandboxed.values(), *self.controls.values())]
        await asyncio.gather(self._runs(len(executions)), *(job() for job in jobs), *companions)

    def _attempt(self, attack: Attack, name: str, canary: str) -> Attempt:
        return Attempt(attack, Evidence(f"t{secrets.token_hex(6)}", canary), name)

    def _filled(self, value: Any, e: Evidence) -> Any:
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
        if attack.disk:
            spec["ttlSecondsAfterFinished"] = _KEPT
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

    async def _together(self, attempt: Attempt, control: Bare, at_once: asyncio.Semaphore) -> None:
        """In a Pod that others use too."""
        try:
            await self._located(attempt)
            async with at_once:
                await self._bare(attempt, control)
        except Exception as error:
            attempt.evidence.trouble = repr(error)

    async def _alone(
        self, attempt: Attempt, pod: Object, work: Callable[[], Awaitable[None]], at_once: asyncio.Semaphore
    ) -> None:
        """In a Pod of its own, which is gone when everything has been seen."""
        async with at_once:
            try:
                await self.yard.apply(pod)
                await self._located(attempt)
                await work()
                await self._looked_again()
                attempt.evidence.left = self._alive(attempt)
                if isinstance(attempt.attack.control, Bare) and attempt.attack.control.pid_1:
                    await self._over(attempt)
                await self._conclude_one(attempt)
            except Exception as error:
                attempt.evidence.trouble = repr(error)
            finally:
                await self.yard.kubectl.ask(
                    "delete", "pod", attempt.name, "--grace-period=0", "--force", "--wait=false"
                )

    async def _located(self, attempt: Attempt) -> None:
        pod = await self._running(self.yard.name, attempt.name)
        attempt.uid, attempt.evidence.address = pod["metadata"]["uid"], pod["status"]["podIP"]

    async def _over(self, attempt: Attempt) -> None:
        """The kubelet has seen the end of its container, if it ends at all."""

        async def look() -> bool:
            statuses = self.pods[f"{self.yard.name}/{attempt.name}"]["status"].get("containerStatuses", ())
            return any("terminated" in status["state"] for status in statuses)

        with contextlib.suppress(AssertionError):
            await until(look, "the end of a container")

    async def _bare(self, attempt: Attempt, control: Bare) -> None:
        e = attempt.evidence
        text = self._filled(yard.script(attempt.attack, control, self._filled_files(attempt)), e)
        words = ("exec", "-i", attempt.name, "-c", yard.CONTAINER, "--", "sh", "-c", text)
        try:
            program = self._filled(attempt.attack.program, e)
            answer = await self.yard.kubectl.ask(*words, stdin=program, seconds=_CONTROL_SECONDS)
            e.output, e.exit_code = answer.out + answer.err, answer.code
        except subprocess.TimeoutExpired as late:
            said = (late.stdout, late.stderr)
            e.output = "".join(part.decode(errors="replace") for part in said if isinstance(part, bytes))

    def _filled_files(self, attempt: Attempt) -> list[dict[str, str]]:
        files: list[dict[str, str]] = self._filled(attempt.attack.spec.get("files", ()), attempt.evidence)
        return files

    async def _loosened(self, attempt: Attempt, job: Object) -> None:
        words = ("attach", "-i", "-q", attempt.name, "-c", yard.CONTAINER)
        with contextlib.suppress(subprocess.TimeoutExpired):
            line = json.dumps(job, ensure_ascii=False) + "\n"
            await self.yard.kubectl.ask(*words, stdin=line, seconds=_CONTROL_SECONDS)
        attempt.evidence.log = (await self.yard.kubectl.ask("logs", attempt.name)).out
        attempt.evidence.output = yard.said(attempt.evidence.log)

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
        for pod in await self.cells.kubectl.items("pods"):
            self._note(pod)
        config_maps = {m["metadata"]["name"]: m for m in await self.cells.kubectl.items("configmaps")}
        for attempt in (*self.sandboxed.values(), *self.controls.values()):
            if attempt.name in self.runs:
                attempt.evidence.run = Run(self.runs[attempt.name])
                attempt.evidence.output = _texts(attempt.evidence.run, config_maps)
                attempt.uid = self._sandbox_uid(attempt)
        await self._looked_again()
        heard = await self.cells.kubectl.read("logs", "listener")
        for attempt in (*self.sandboxed.values(), *self.controls.values()):
            attempt.evidence.heard = attempt.evidence.token in heard
            if attempt.name in self.runs:
                attempt.evidence.left = self._alive(attempt)
            if attempt.name in self.runs or attempt.shared:
                await self._conclude_one(attempt)

    async def _conclude_one(self, attempt: Attempt) -> None:
        e = attempt.evidence
        e.address = e.address or self.addresses.get(attempt.uid, "")
        e.pod = next((p for p in self.pods.values() if p["metadata"]["uid"] == attempt.uid), {})
        e.processes = self._processes(attempt)
        e.most_processes, e.most_memory = self.processes.most[attempt.uid], self.processes.most_memory[attempt.uid]
        e.packets = [*self.packets.of(e.address), *self.packets.carrying(e.token)]
        if attempt.attack.disk and e.pod.get("spec", {}).get("nodeName"):
            await asyncio.to_thread(self._from_disk, attempt)

    def _processes(self, attempt: Attempt) -> list[Process]:
        return self.processes.of(attempt.uid, attempt.evidence.token if attempt.shared else "")

    def _alive(self, attempt: Attempt) -> int:
        """But PID 1, at the last look."""
        return sum(p.last >= self.processes.looked for p in self._processes(attempt) if p.inside != 1)

    async def _looked_again(self) -> None:
        looks = self.processes.looks

        async def look() -> bool:
            return self.processes.looks > looks + 1

        await until(look, "another look at the processes")

    def _from_disk(self, attempt: Attempt) -> None:
        e = attempt.evidence
        said = in_node(e.pod["spec"]["nodeName"], "sh", "-c", _ON_DISK, "sh", attempt.uid)
        termination, log, e.log = [*said.split("\n", 2), "", ""][:3]
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


def campaign(kubectl: Kubectl, system: Kubectl, attacks: Sequence[Attack], without: Sequence[Attack]) -> Campaign:
    """Over when this returns: no witness looks on, and nothing of it is left in the cluster."""
    with (
        new_namespace(kubectl, "attacks") as cells,
        new_namespace(kubectl, "controls") as controls,
        Processes() as processes,
        Packets(node_processes(kubectl)) as packets,
    ):
        level = "pod-security.kubernetes.io/enforce=privileged"
        kubectl.read_now("label", "namespace", controls.name, level, "--overwrite")
        made = Campaign(kubectl, system, attacks, without, cells, controls, processes, packets)
        asyncio.run(made.go())
        return made
