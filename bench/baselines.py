"""The same program in the same kind of Pod by other means: `kubectl run`, a Job, and containerd without Kubernetes.

The Pod is copied from a real sandbox, so image, resources, volumes, security context and user namespace are the same.
"""

import json
import shlex
import time
from dataclasses import dataclass
from typing import Any

from bench.executions import PROGRAM
from bench.hello import OUTPUT
from bench.tools import Tools, Trouble

COMMAND = ["python3", "-c", PROGRAM]
_POD = (
    "restartPolicy",
    "terminationGracePeriodSeconds",
    "automountServiceAccountToken",
    "enableServiceLinks",
    "hostUsers",
    "hostname",
    "dnsPolicy",
    "dnsConfig",
    "securityContext",
    "runtimeClassName",
    "nodeSelector",
    "volumes",
)
_CONTAINER = ("image", "imagePullPolicy", "resources", "securityContext", "volumeMounts")


def comparable(sandbox: dict[str, Any], name: str) -> dict[str, Any]:
    """The spec of a Pod like this sandbox, whose one container is the program itself."""
    spec = sandbox["spec"]
    container = {field: spec["containers"][0][field] for field in _CONTAINER if field in spec["containers"][0]}
    pod = {field: spec[field] for field in _POD if field in spec}
    return {**pod, "containers": [{"name": name, "command": COMMAND, **container}]}


@dataclass(frozen=True, slots=True)
class Baselines:
    tools: Tools
    namespace: str
    sandbox: dict[str, Any]
    """A Pod that codeexec made."""

    @property
    def image(self) -> str:
        return str(self.sandbox["spec"]["containers"][0]["image"])

    async def kubectl_run(self, name: str) -> tuple[float | None, float]:
        """Seconds of `kubectl run --attach --rm` from its start: until the output is there, and until its end.

        The former is None when the output was lost, as happens when a program ends while kubectl attaches.
        """
        overrides = {"apiVersion": "v1", "spec": comparable(self.sandbox, name)}
        shown: list[float] = []
        begin = time.perf_counter()
        out = await self.tools.read(
            *self._kubectl("run", name, "--attach", "--rm", "--quiet", "--restart=Never", "--image", self.image),
            *("--overrides", json.dumps(overrides), "--command", "--", *COMMAND),
            on_output=lambda: shown.append(time.perf_counter()),
        )
        end = time.perf_counter()
        if not shown:
            return None, end - begin
        # It may print the output twice: when the attach breaks at the end, it falls back to the log.
        _expect("kubectl run", out[: len(OUTPUT)])
        return shown[0] - begin, end - begin

    async def job(self, name: str) -> float:
        """Seconds of a Job by kubectl: create, wait until it is complete, logs."""
        body = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name, "namespace": self.namespace},
            "spec": {"backoffLimit": 0, "template": {"spec": comparable(self.sandbox, name)}},
        }
        begin = time.perf_counter()
        await self.tools.read(*self._kubectl("create", "-f", "-"), stdin=json.dumps(body))
        await self.tools.read(*self._kubectl("wait", "--for=condition=Complete", "--timeout=60s", f"job/{name}"))
        out = await self.tools.read(*self._kubectl("logs", f"job/{name}"))
        seconds = time.perf_counter() - begin
        _expect("Job", out)
        await self.tools.read(*self._kubectl("delete", "job", name, "--cascade=foreground", "--wait=true"))
        return seconds

    async def reaches_node(self) -> bool:
        """Whether the node is a container that docker reaches, with a containerd that has our image."""
        code, out, _ = await self._on_node(shlex.join(["ctr", "-n", "k8s.io", "images", "ls", "-q"]))
        return code == 0 and self._full_image in out.split()

    async def container(self, name: str) -> float:
        """Seconds of `ctr run` by the node's own clock."""
        run = shlex.join(["ctr", "-n", "k8s.io", "run", "--rm", self._full_image, name, *COMMAND])
        code, out, err = await self._on_node(f"a=$(date +%s%N); {run} && b=$(date +%s%N) && echo $((b - a))")
        if code:
            raise Trouble(f"`ctr run` ended with {code}: {err.strip()[-800:]}")
        said, nanoseconds = out.rsplit("\n", 2)[:2]
        _expect("ctr run", f"{said}\n")
        return int(nanoseconds) / 1e9

    @property
    def _full_image(self) -> str:
        return str(self.sandbox["status"]["containerStatuses"][0]["image"])

    async def _on_node(self, script: str) -> tuple[int, str, str]:
        return await self.tools.ask("docker", "exec", str(self.sandbox["spec"]["nodeName"]), "sh", "-c", script)

    def _kubectl(self, *words: str) -> tuple[str, ...]:
        return ("kubectl", "-n", self.namespace, *words)


def _expect(who: str, out: str) -> None:
    if out != OUTPUT:
        raise Trouble(f"{who} printed {out!r} in place of {OUTPUT!r}")
