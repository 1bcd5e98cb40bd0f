"""What an engine does to the machine's network, noted before it starts and taken back after it ends.

Only what carries Docker's own names is removed; rules of others stay, whenever they came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from cluster.commands import Shell

_FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_DOCKERS = re.compile(r"\bDOCKER\b|\bDOCKER-|\bdocker0\b|\bbr-[0-9a-f]{12}\b|127\.0\.0\.11")
_FAMILIES = (("iptables", "ip"), ("ip6tables", "ip6"))


def observe(sh: Shell) -> dict[str, object]:
    """The state worth going back to."""
    return {
        "forwarding": _FORWARDING.read_text(encoding="ascii").strip(),
        "tables": sorted(_nft_tables(sh)),
        "forward_policy": {tool: _forward_policy(sh, tool) for tool, _ in _FAMILIES},
        "links": sorted(_links(sh)),
    }


def restore(sh: Shell, before: Mapping[str, object]) -> None:
    for tool, family in _FAMILIES:
        _remove_rules(sh, tool)
        policies = before.get("forward_policy")
        if isinstance(policies, Mapping) and policies.get(tool) == "ACCEPT":
            sh.ask(tool, "-P", "FORWARD", "ACCEPT")
        _drop_empty_tables(sh, family, before.get("tables"))
    links = before.get("links")
    for link in _links(sh):
        if _DOCKERS.search(link) and isinstance(links, list) and link not in links:
            sh.ask("ip", "link", "delete", link)
    if before.get("forwarding") == "0":
        _FORWARDING.write_text("0\n", encoding="ascii")


def _remove_rules(sh: Shell, tool: str) -> None:
    for table in ("filter", "nat", "raw", "mangle"):
        code, listing, _ = sh.ask(f"{tool}-save", "-t", table)
        if code:
            continue
        lines = listing.splitlines()
        if not any(_DOCKERS.search(line) for line in lines):
            continue
        chains = [line[1:].split()[0] for line in lines if line.startswith(":DOCKER")]
        rules = [line for line in lines if line.startswith("-A ") and _DOCKERS.search(line)]
        orders = [f"-F {chain}" for chain in chains]
        orders += [line.replace("-A ", "-D ", 1) for line in rules if line.split()[1] not in chains]
        orders += [f"-X {chain}" for chain in chains]
        script = "\n".join([f"*{table}", *orders, "COMMIT", ""])
        sh.run(f"{tool}-restore", "--noflush", stdin=script.encode())


def _drop_empty_tables(sh: Shell, family: str, before: object) -> None:
    """iptables leaves its tables behind, empty; those that were not there before go."""
    for table in ("filter", "nat", "raw", "mangle"):
        if isinstance(before, list) and f"{family} {table}" in before:
            continue
        code, listing, _ = sh.ask("nft", "-j", "list", "table", family, table)
        if code == 0 and not any("rule" in item for item in json.loads(listing)["nftables"]):
            sh.ask("nft", "delete", "table", family, table)


def _nft_tables(sh: Shell) -> list[str]:
    code, out, _ = sh.ask("nft", "list", "tables")
    return [line.removeprefix("table ").strip() for line in out.splitlines()] if code == 0 else []


def _forward_policy(sh: Shell, tool: str) -> str:
    code, out, _ = sh.ask(tool, "-S", "FORWARD")
    return out.split()[2] if code == 0 and out.startswith("-P") else ""


def _links(sh: Shell) -> list[str]:
    code, out, _ = sh.ask("ip", "-j", "link")
    return [str(link["ifname"]) for link in json.loads(out)] if code == 0 and out else []
