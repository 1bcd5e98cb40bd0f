"""What the operator's service account may do, asked of the API server: what it needs, and nothing else."""

import asyncio
import json
import re

import pytest

from tests.harness.kubectl import Kubectl
from tests.harness.surroundings import SYSTEM

WHO = f"system:serviceaccount:{SYSTEM}:codeexec"

MAY = """
    get list watch delete        codeexecutions.codeexec.dev
    patch                        codeexecutions.codeexec.dev/status
    get list watch               sandboxpolicies.codeexec.dev
    patch                        sandboxpolicies.codeexec.dev/status
    get list watch create delete pods
    get create                   pods/attach
    get                          pods/log
    create                       configmaps
    get create                   networkpolicies.networking.k8s.io
"""

MAY_NOT = """
    get list watch create update patch delete    secrets
    get create                                   pods/exec
    get create                                   pods/portforward
    get create                                   pods/proxy
    update patch                                 pods/ephemeralcontainers
    update patch                                 pods
    patch update                                 pods/status
    deletecollection                             pods
    create                                       pods/eviction
    update patch delete deletecollection list    networkpolicies.networking.k8s.io
    create update patch deletecollection         codeexecutions.codeexec.dev
    create update patch delete                   sandboxpolicies.codeexec.dev
    get list watch update patch delete           configmaps
    get list create                              serviceaccounts
    create                                       serviceaccounts/token
    get list watch update                        nodes
    get                                          nodes/proxy
    get list watch update patch delete           namespaces
    create update patch delete                   deployments.apps
    create update delete                         jobs.batch
    create                                       daemonsets.apps
    get list                                     roles.rbac.authorization.k8s.io
    create bind escalate                         clusterroles.rbac.authorization.k8s.io
    create                                       rolebindings.rbac.authorization.k8s.io
    create                                       clusterrolebindings.rbac.authorization.k8s.io
    get list create                              customresourcedefinitions.apiextensions.k8s.io
    create                                       validatingwebhookconfigurations.admissionregistration.k8s.io
    impersonate                                  users
    impersonate                                  serviceaccounts
    create                                       certificatesigningrequests.certificates.k8s.io
    create                                       persistentvolumeclaims
    get                                          persistentvolumes
    create update                                services
    get create                                   leases.coordination.k8s.io
    create                                       events
"""


def _table(text: str) -> list[tuple[str, str]]:
    rows = [line.split() for line in text.strip().splitlines()]
    return [(verb, row[-1]) for row in rows for verb in row[:-1]]


async def may(kubectl: Kubectl, verb: str, resource: str) -> bool:
    """In every namespace, the operator's own included."""
    name, _, subresource = resource.partition("/")
    words = ("auth", "can-i", verb, name, f"--subresource={subresource}", f"--as={WHO}")
    answers = await asyncio.gather(
        *(kubectl.ask(*words, *where) for where in (("--all-namespaces",), ("--namespace", SYSTEM)))
    )
    said = {answer.out.strip().splitlines()[-1] for answer in answers}
    assert said in ({"yes"}, {"no"}), f"{verb} {resource}: {answers}"
    return said == {"yes"}


@pytest.mark.parametrize(("verb", "resource"), _table(MAY))
async def test_may(kubectl: Kubectl, verb: str, resource: str) -> None:
    assert await may(kubectl, verb, resource)


@pytest.mark.parametrize(("resource"), sorted({resource for _, resource in _table(MAY_NOT)}))
async def test_may_not(kubectl: Kubectl, resource: str) -> None:
    verbs = [verb for verb, what in _table(MAY_NOT) if what == resource]
    assert [verb for verb in verbs if await may(kubectl, verb, resource)] == []


async def test_the_whole_list(kubectl: Kubectl) -> None:
    """What every service account has, and the table above, and nothing else."""
    mine = await _listed(kubectl, WHO)
    anybodys = await _listed(kubectl, f"system:serviceaccount:{SYSTEM}:nobody")
    assert mine - anybodys == set(_table(MAY))


async def _listed(kubectl: Kubectl, who: str) -> set[tuple[str, str]]:
    found = set()
    for line in (await kubectl.read("auth", "can-i", "--list", "--namespace", SYSTEM, f"--as={who}")).splitlines()[1:]:
        resource = re.match(r"^(\S*)", line)
        paths, names, verbs = re.findall(r"\[([^\]]*)\]", line)
        assert not names, line
        assert resource
        for verb in verbs.split():
            found |= {(verb, what) for what in ([resource[1]] if resource[1] else paths.split())}
    return found


async def test_bound_once(kubectl: Kubectl) -> None:
    """One binding leads to the service account, and to one role."""
    everything = json.loads(await kubectl.read("get", "clusterrolebindings,rolebindings", "-A", "-o", "json"))["items"]
    bound = [b for b in everything if any(s.get("name") == "codeexec" for s in b.get("subjects") or ())]
    assert [(b["kind"], b["roleRef"]["name"]) for b in bound] == [("ClusterRoleBinding", "codeexec-operator")]


@pytest.mark.parametrize(
    ("role", "verb", "resource", "allowed"),
    [
        ("edit", "create", "codeexecutions.codeexec.dev", "yes"),
        ("edit", "create", "sandboxpolicies.codeexec.dev", "no"),
        ("edit", "patch", "codeexecutions.codeexec.dev/status", "no"),
        ("view", "get", "codeexecutions.codeexec.dev", "yes"),
        ("view", "create", "codeexecutions.codeexec.dev", "no"),
        ("admin", "create", "sandboxpolicies.codeexec.dev", "yes"),
    ],
)
async def test_people(kubectl: Kubectl, role: str, verb: str, resource: str, allowed: str) -> None:
    """The built-in roles carry our kinds: who may edit a namespace may run code in it."""
    rules = json.loads(await kubectl.read("get", "clusterrole", role, "-o", "json"))["rules"]
    name, _, rest = resource.partition(".")
    group, _, subresource = rest.partition("/")
    wanted = f"{name}/{subresource}" if subresource else name
    granted = any(
        group in rule.get("apiGroups", ()) and wanted in rule.get("resources", ()) and verb in rule["verbs"]
        for rule in rules
    )
    assert granted == (allowed == "yes")
