"""Fixtures of both suites; their conftest modules import them."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.harness.kubectl import Kubectl, Object
from tests.harness.namespaces import TEST, Namespace, left_behind, manifest
from tests.harness.runs import policy
from tests.harness.starts import Starts
from tests.harness.surroundings import SYSTEM, environment

DEPLOYMENT = "deployment/codeexec"


@pytest.fixture(scope="session")
def kubectl() -> Kubectl:
    """Fails, and does not skip, when there is no cluster: a suite that runs nowhere proves nothing."""
    found = Kubectl(environment())
    answer = found.ask_now("get", "--raw", "/readyz", "--request-timeout=20s")
    assert answer.code == 0, f"the cluster does not answer; `make cluster-up` makes one. {answer.err}"
    return found


@pytest.fixture(scope="session")
def system(kubectl: Kubectl) -> Kubectl:
    """The namespace of the installed operator."""
    there = kubectl.within(SYSTEM)
    answer = there.ask_now("get", DEPLOYMENT)
    assert answer.code == 0, f"the operator is not installed; `make deploy` does that. {answer.err}"
    return there


@contextmanager
def new_namespace(kubectl: Kubectl, hint: str, policy: Object | None = None) -> Iterator[Namespace]:
    """Fresh, `restricted`, and left to be deleted in the background. `policy`: its default one, if it gets one."""
    stem = re.sub(r"[^a-z0-9]+", "-", hint.lower().removeprefix("test_")).strip("-")[:40]
    name = f"test-{stem}-{secrets.token_hex(3)}"
    kubectl.read_now("create", "-f", "-", stdin=manifest(name))
    try:
        made = Namespace(name, kubectl.within(name))
        if policy:
            made.kubectl.read_now("apply", "-f", "-", stdin=policy)
        yield made
    finally:
        kubectl.ask_now("delete", "namespace", name, "--wait=false")


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """Shared by the tests of one module. Nothing is checked in it."""
    with new_namespace(kubectl, request.module.__name__, policy()) as made:
        yield made


@pytest.fixture
def own_namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """For a test that changes what holds for a whole namespace. Nothing is checked in it."""
    with new_namespace(kubectl, request.node.name, policy()) as made:
        yield made


@pytest.fixture
def bare_namespace(kubectl: Kubectl, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """Without a policy: the built-in one holds."""
    with new_namespace(kubectl, request.node.name) as made:
        yield made


@pytest.fixture
def starts() -> Iterator[Starts]:
    with Starts() as witness:
        yield witness


def scale(system: Kubectl, replicas: int) -> None:
    """Of the installed operator; returns when it is so."""
    system.read_now("scale", DEPLOYMENT, f"--replicas={replicas}")
    if replicas:
        system.read_now("rollout", "status", DEPLOYMENT, "--timeout=120s", seconds=150)
    else:
        selector = "app.kubernetes.io/name=codeexec"
        system.read_now("wait", "--for=delete", "pod", "-l", selector, "--timeout=60s", seconds=90)


def setting(system: Kubectl, name: str) -> str:
    """An environment variable of the installed operator."""
    deployment = json.loads(system.read_now("get", DEPLOYMENT, "-o", "json"))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return next(str(variable["value"]) for variable in container["env"] if variable["name"] == name)


def sweep(kubectl: Kubectl) -> None:
    """What an earlier run that was aborted has left."""
    found = json.loads(kubectl.read_now("get", "namespaces", "-l", TEST, "-o", "json"))["items"]
    names = [one["metadata"]["name"] for one in found if left_behind(one["metadata"]["labels"][TEST])]
    if names:
        kubectl.ask_now("delete", "namespace", *names, "--wait=false")
