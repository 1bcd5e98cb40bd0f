"""The programs of the cluster that are built from Go modules, and the one that is a page of C."""

from __future__ import annotations

from pathlib import Path

from cluster import versions
from cluster.commands import Shell
from cluster.golang import Tools
from cluster.places import RECIPES
from cluster.store import artefact, content_key, keep


def _kubernetes_stamp() -> str:
    """Kubernetes refuses to work with a version it cannot parse, and these variables are where it looks."""
    major, minor, _ = versions.KUBERNETES.removeprefix("v").split(".")
    facts = {
        "gitVersion": versions.KUBERNETES,
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
        "gitCommit": "0" * 40,
        "buildDate": "2026-01-01T00:00:00Z",
    }
    packages = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
    return " ".join(f"-X {package}.{name}={value}" for package in packages for name, value in facts.items())


KUBERNETES = Tools("kubernetes", ldflags=_kubernetes_stamp())
KUBECTL = Tools("kubectl", ldflags=_kubernetes_stamp(), only="k8s.io/kubernetes/cmd/kubectl", folder_of="kubernetes")
KIND = Tools("kind")
ETCD = Tools("etcd", rename={"server": "etcd"})
COREDNS = Tools("coredns", only=".")
CRICTL = Tools("cri-tools")
KUBE_ROUTER = Tools("kube-router")
CONTAINERD = Tools(
    "containerd",
    tags="no_btrfs,no_devmapper,no_zfs",
    ldflags=f"-X github.com/containerd/containerd/v2/version.Version={versions.CONTAINERD}",
)
RUNC = Tools("runc", tags="seccomp", ldflags=f"-X main.version={versions.RUNC.removeprefix('v')}", cgo=True)
KWOK = Tools("kwok")

_PAUSE = RECIPES / "node" / "pause.c"


def pause() -> Path:
    return artefact("pause", content_key(_PAUSE)) / "pause"


def build_pause(sh: Shell) -> str:
    def compile_into(into: Path) -> None:
        sh.run("gcc", "-Os", "-static", "-s", "-Wall", "-Werror", "-o", into / "pause", _PAUSE)

    return "built" if keep("pause", content_key(_PAUSE), compile_into) else "cached"
