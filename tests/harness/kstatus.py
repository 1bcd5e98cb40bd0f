"""kstatus, as Flux, Helm and kpt compute it (kubernetes-sigs/cli-utils, pkg/kstatus): the part that custom resources
meet."""

from typing import Any


def kstatus(obj: dict[str, Any]) -> str:
    """InProgress, Current, Failed or Terminating."""
    meta, status = obj["metadata"], obj.get("status", {})
    if "deletionTimestamp" in meta:
        return "Terminating"
    if "observedGeneration" in status and status["observedGeneration"] != meta["generation"]:
        return "InProgress"
    conditions = {c["type"]: c["status"] for c in status.get("conditions", ())}
    if conditions.get("Reconciling") == "True":
        return "InProgress"
    if conditions.get("Stalled") == "True":
        return "Failed"
    if conditions.get("Ready", "True") != "True":
        return "InProgress"
    return "Current"
