"""What the API server itself counted: writes by resource, subresource and verb."""

import re
from collections import Counter

from tests.harness.kubectl import Kubectl

_LINE = re.compile(r"^apiserver_request_total\{(?P<labels>.*)\} (?P<value>[0-9.e+]+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
WRITES = {"POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"}


async def writes(kubectl: Kubectl) -> Counter[tuple[str, str]]:
    """(resource, verb), with the subresource after a slash: how many so far."""
    found: Counter[tuple[str, str]] = Counter()
    for line in (await kubectl.read("get", "--raw", "/metrics")).splitlines():
        if match := _LINE.match(line):
            labels = dict(_LABEL.findall(match["labels"]))
            if labels["verb"] in WRITES:
                what = "/".join(part for part in (labels["resource"], labels.get("subresource", "")) if part)
                found[what, labels["verb"]] += int(float(match["value"]))
    return found
