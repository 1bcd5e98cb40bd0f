"""Names that appear in the cluster, each defined once. All are ours: nothing here is taken from a user's text."""

from codeexec.models.base import GROUP

SANDBOX = f"{GROUP}/sandbox"
"""Label of every sandbox Pod, value `true`; the standing NetworkPolicy and our informer select by it."""

EXECUTION_UID = f"{GROUP}/execution-uid"
"""Label of a claimed sandbox: uid of the CodeExecution it belongs to."""

LANGUAGE = f"{GROUP}/language"
ATTEMPT = f"{GROUP}/attempt"
MANAGED_BY = {"app.kubernetes.io/managed-by": "codeexec"}

NETWORK = f"{GROUP}/network"
"""Label of sandboxes whose program was granted the network, value `granted`."""

SANDBOX_SELECTOR = f"{SANDBOX}=true"
CONTAINER = "sandbox"
NETWORK_POLICY = "codeexec-sandbox-deny-all"
NETWORK_POLICY_GRANTED = "codeexec-sandbox-network"


def pod_name(execution_uid: str, attempt: int) -> str:
    """Derived from the uid, so that creating it twice is refused by the API server, not by our memory."""
    return f"cx-{execution_uid}-{attempt}"


def artifacts_name(execution_uid: str) -> str:
    """Of the ConfigMap with a run's artifacts; nobody can make it before the execution exists."""
    return f"cx-{execution_uid}-artifacts"
