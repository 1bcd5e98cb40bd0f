"""Where and on what figures were taken: without that they say nothing."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.counters import OPERATOR_NAMESPACE, OPERATOR_SELECTOR
from bench.tools import REPO, Tools

Facts = dict[str, Any]


async def gather(tools: Tools, sandbox: dict[str, Any]) -> Facts:
    """`sandbox`: a Pod that codeexec made; the hardware is that of its node."""
    node = json.loads(await tools.read("kubectl", "get", "node", sandbox["spec"]["nodeName"], "-o", "json"))
    nodes = await tools.read("kubectl", "get", "nodes", "-o", "name")
    about, capacity = node["status"]["nodeInfo"], node["status"]["capacity"]
    is_here = about["bootID"] == _text("/proc/sys/kernel/random/boot_id")
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": await _git(tools),
        "hardware": {
            "cpu": _cpu_model() if is_here else "unknown, the node is another machine",
            "architecture": about["architecture"],
            "cores": int(capacity["cpu"]),
            "memoryGiB": round(_kibibytes(capacity["memory"]) / 2**20, 1),
            "sharedWithBench": is_here,
        },
        "kernel": about["kernelVersion"],
        "cgroups": _cgroups() if is_here else "unknown",
        "os": about["osImage"],
        "kubernetes": about["kubeletVersion"],
        "nodes": len(nodes.split()),
        "runtime": about["containerRuntimeVersion"],
        "operator": await _operator(tools),
        "sandbox": {
            "image": sandbox["spec"]["containers"][0]["image"],
            "userNamespace": sandbox["spec"].get("hostUsers") is False,
            "runtimeClass": sandbox["spec"].get("runtimeClassName", ""),
        },
    }


def load() -> list[float]:
    """Load average of this machine over 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def headline(facts: Facts) -> str:
    """One line to put under a table."""
    hardware, git = facts["hardware"], facts["git"]
    return (
        f"{facts['date'][:10]}, commit {git['commit'][:10]}{' with changes' if git['changed'] else ''}; "
        f"{hardware['cpu']}, {hardware['cores']} cores, {hardware['memoryGiB']} GiB; Linux {facts['kernel']}, "
        f"cgroup {facts['cgroups']}, Kubernetes {facts['kubernetes']} ({facts['nodes']} node"
        f"{'s' if facts['nodes'] > 1 else ''}), {facts['runtime']}; operator {facts['operator']}; "
        f"sandbox {facts['sandbox']['image']}, user namespace {'on' if facts['sandbox']['userNamespace'] else 'off'}"
    )


async def _git(tools: Tools) -> Facts:
    git = ("git", "-C", str(REPO))
    code, commit, _ = await tools.ask(*git, "rev-parse", "HEAD")
    if code:
        return {"commit": "unknown", "changed": False}
    _, changes, _ = await tools.ask(*git, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit.strip(), "changed": bool(changes.strip())}


async def _operator(tools: Tools) -> str:
    template = "{.items[*].spec.template.spec.containers[0].image}"
    images = await tools.read(
        *("kubectl", "-n", OPERATOR_NAMESPACE, "get", "deployments", "-l", OPERATOR_SELECTOR),
        *("-o", f"jsonpath={template}"),
    )
    return images.strip() or "outside the cluster"


def _cpu_model() -> str:
    for line in _text("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def _cgroups() -> str:
    return "v2" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "v1"


def _kibibytes(quantity: str) -> int:
    return int(quantity.removesuffix("Ki"))


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
