"""The nodes of the development cluster, which are containers of this machine."""

import asyncio
import json
import subprocess

from tests.harness.kubectl import Kubectl
from tests.harness.surroundings import environment
from tests.harness.waiting import until


def in_node(node: str, *words: str) -> str:
    """What a command inside the node says."""
    done = subprocess.run(  # noqa: S603
        ["docker", "exec", node, *words],  # noqa: S607
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, f"`{' '.join(words)}` in {node}: {done.stderr or done.stdout}"
    return done.stdout.strip()


async def stop_api_server(kubectl: Kubectl) -> str:
    """Kills its container; the kubelet makes another. Returns the id of the dead one."""
    node = await control_plane(kubectl)
    container = await asyncio.to_thread(_api_server, node)
    await asyncio.to_thread(in_node, node, "crictl", "stop", "--timeout", "0", container)
    return container


async def control_plane(kubectl: Kubectl) -> str:
    nodes = json.loads(await kubectl.read("get", "nodes", "-l", "node-role.kubernetes.io/control-plane", "-o", "json"))
    return str(nodes["items"][0]["metadata"]["name"])


def _api_server(node: str) -> str:
    return in_node(node, "crictl", "ps", "--name", "kube-apiserver", "--state", "running", "-q").split()[0]


async def healthy(kubectl: Kubectl) -> None:
    """The API server answers, and scheduler and controllers are at work again."""

    async def answers() -> bool:
        return (await kubectl.ask("get", "--raw", "/readyz", "--request-timeout=5s")).code == 0

    await until(answers, "the API server back", within=120)

    async def ready() -> bool:
        answer = await kubectl.ask("-n", "kube-system", "get", "pods", "-o", "json", "--request-timeout=10s")
        if answer.code:
            return False
        conditions = [
            {c["type"]: c["status"] for c in pod["status"].get("conditions", ())}
            for pod in json.loads(answer.out)["items"]
        ]
        return all(each.get("Ready") == "True" for each in conditions)

    await until(ready, "every system Pod ready", within=180, every=1.0)
