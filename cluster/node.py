"""kind's node image, built here: Debian, kind's own node files, Kubernetes from Go modules, and the images it runs.

The control plane's images are unpacked into the node's containerd store at build time, so a node pulls nothing.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster import archive, debian, host, mounts, tools
from cluster.commands import Shell, Trouble
from cluster.engine import Engine
from cluster.golang import go_shell
from cluster.places import RECIPES, SCRATCH
from cluster.store import content_key
from cluster.versions import KUBE_ROUTER, KUBERNETES, NODE_SUITE

PACKAGES = (
    "systemd",
    "systemd-sysv",
    "ca-certificates",
    "conntrack",
    "containernetworking-plugins",
    "ebtables",
    "ethtool",
    "ipset",
    "iproute2",
    "iptables",
    "jq",
    "kmod",
    "libseccomp2",
    "mount",
    "nftables",
    "pigz",
    "procps",
    "socat",
    "util-linux",
)
KUBE_ROUTER_IMAGE = f"localhost/kube-router:{KUBE_ROUTER}"
_FILES = RECIPES / "node"
_UNITS = ("containerd.service", "kubelet.service", "kubelet.slice", "undo-mount-hacks.service")
_ENABLED = (*(u for u in _UNITS if u.endswith(".service")), "unprogrammed-services.service")
# Debian enables units that fight over a container's devices, consoles and mounts; kind removes the same ones
_DISABLED = (
    "lib/systemd/system/multi-user.target.wants/*",
    "etc/systemd/system/*.wants/*",
    "lib/systemd/system/local-fs.target.wants/*",
    "lib/systemd/system/sockets.target.wants/*udev*",
    "lib/systemd/system/sockets.target.wants/*initctl*",
    "lib/systemd/system/basic.target.wants/*",
    "lib/systemd/system/sysinit.target.wants/systemd-tmpfiles-setup.service",
)
_CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")


def build_base(sh: Shell) -> str:
    return debian.bootstrap(sh, "node-base", NODE_SUITE, PACKAGES)


def image_name() -> str:
    """Changes with anything that goes into the image, this file and archive.py included."""
    parts = (tools.KUBERNETES, tools.ETCD, tools.COREDNS, tools.CRICTL, tools.KUBE_ROUTER, tools.CONTAINERD, tools.RUNC)
    recipe = (Path(__file__), Path(archive.__file__), _FILES, tools.KIND.module, tools.pause().name)
    base = debian.key(NODE_SUITE, PACKAGES)
    machine = (str(host.may_lower_oom_score()), host.cgroup_driver())
    key = content_key(*recipe, *(part.key for part in parts), base, *machine)
    return f"codeexec/kind-node:{KUBERNETES}-{key}"


def build(sh: Shell, engine: Engine) -> str:
    if engine.has_image(sh, image_name()):
        return "cached"
    work = SCRATCH / "node"
    mounts.release(work)
    shutil.rmtree(work, ignore_errors=True)
    root, images = work / "root", work / "images"
    for folder in (root, images):
        folder.mkdir(parents=True)
    sh.run("tar", "-C", root, "-xf", debian.tarball("node-base", NODE_SUITE, PACKAGES), "--exclude=./dev/*")
    names = _image_names(sh)
    _add_kind_files(sh, root)
    _add_our_files(root, names["pause"])
    _add_programs(root)
    _write_images(sh, root, images, names)
    _import_images(sh, work, root, images)
    _import_into_engine(sh, engine, root)
    shutil.rmtree(work)
    return "built"


def _image_names(sh: Shell) -> dict[str, str]:
    """What kubeadm will ask for, by short name."""
    kubeadm = tools.KUBERNETES.program("kubeadm")
    listed = sh.read(kubeadm, "config", "images", "list", "--kubernetes-version", KUBERNETES).split()
    return {name.rpartition("/")[2].partition(":")[0]: name for name in listed}


def _place(source: Path, target: Path, mode: int = 0o644) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _add_kind_files(sh: Shell, root: Path) -> None:
    """kind's entrypoint, units and kernel settings, straight from its module."""
    go = go_shell(sh)
    go.run("go", "mod", "download", "sigs.k8s.io/kind", cwd=tools.KIND.module)
    module = go.read("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kind", cwd=tools.KIND.module).strip()
    files = Path(module) / "images" / "base" / "files"
    _place(files / "usr/local/bin/entrypoint", root / "usr/local/bin/entrypoint", 0o755)
    for script in (files / "kind/bin").iterdir():
        _place(script, root / "kind/bin" / script.name, 0o755)
    for folder in ("etc/sysctl.d", "etc/systemd/system/kubelet.service.d"):
        for file in (files / folder).iterdir():
            _place(file, root / folder / file.name)
    for name in (*(f"etc/systemd/system/{unit}" for unit in _UNITS), "etc/crictl.yaml"):
        _place(files / name, root / name)


def _add_our_files(root: Path, pause: str) -> None:
    for pattern in _DISABLED:
        for wanted in root.glob(pattern):
            wanted.unlink()
    system = root / "etc/systemd/system"
    _place(_FILES / "unprogrammed-services.nft", root / "etc/unprogrammed-services.nft")
    _place(_FILES / "unprogrammed-services.service", system / "unprogrammed-services.service")
    for unit in _ENABLED:
        link = system / "multi-user.target.wants" / unit
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"/etc/systemd/system/{unit}")
    (system / "systemd-binfmt.service").symlink_to("/dev/null")
    with (root / "etc/systemd/journald.conf").open("a", encoding="utf-8") as journald:
        journald.write("ReadKMsg=no\n")
    capless = not host.may_lower_oom_score()
    if capless:
        _place(_FILES / "containerd-capless.conf", system / "containerd.service.d/10-capless.conf")
    settings = (_FILES / "containerd.toml").read_text(encoding="utf-8")
    settings = settings.replace("@PAUSE@", pause).replace("@CAPLESS@", str(capless).lower())
    driver = host.cgroup_driver()
    _write(root / "etc/containerd/config.toml", settings.replace("@SYSTEMD@", str(driver == "systemd").lower()))
    _place(_FILES / "cni.tmpl", root / "etc/containerd/cni.tmpl")
    kubelet = (_FILES / "kubelet.yaml").read_text(encoding="utf-8").replace("@DRIVER@", driver)
    _write(root / "etc/kubernetes/kubelet.conf.d/10-node.conf", kubelet)
    words = "--runtime-cgroups=/system.slice/containerd.service --config-dir=/etc/kubernetes/kubelet.conf.d"
    _write(root / "etc/default/kubelet", f"KUBELET_EXTRA_ARGS={words}\n")
    _write(root / "kind/version", KUBERNETES)
    network = (_FILES / "default-cni.yaml").read_text(encoding="utf-8").replace("@KUBE_ROUTER@", KUBE_ROUTER_IMAGE)
    _write(root / "kind/manifests/default-cni.yaml", network)
    _place(_FILES / "default-storage.yaml", root / "kind/manifests/default-storage.yaml")
    (root / "etc/kubernetes/manifests").mkdir(parents=True, exist_ok=True)


def _add_programs(root: Path) -> None:
    kubernetes = [tools.KUBERNETES.program(name) for name in ("kubeadm", "kubelet", "kubectl")]
    for program in (*kubernetes, tools.CRICTL.program("crictl")):
        _place(program, root / "usr/bin" / program.name, 0o755)
    for name in ("containerd", "containerd-shim-runc-v2", "ctr"):
        _place(tools.CONTAINERD.program(name), root / "usr/local/bin" / name, 0o755)
    _place(tools.RUNC.program("runc"), root / "usr/local/sbin/runc", 0o755)


def _write_images(sh: Shell, root: Path, images: Path, names: dict[str, str]) -> None:
    layer = archive.Layer()
    layer.file("pause", tools.pause())
    archive.write(images / "pause.tar", names["pause"], layer, ["/pause"], "65535:65535")
    layer = archive.Layer()
    layer.file("usr/local/bin/etcd", tools.ETCD.program("etcd"))
    archive.write(images / "etcd.tar", names["etcd"], layer)
    layer = archive.Layer()
    layer.file("coredns", tools.COREDNS.program("coredns"))
    archive.write(images / "coredns.tar", names["coredns"], layer, ["/coredns"])
    for name in _CONTROL_PLANE:
        layer = archive.Layer()
        layer.file(f"usr/local/bin/{name}", tools.KUBERNETES.program(name))
        archive.write(images / f"{name}.tar", names[name], layer)
    proxies = {
        names["kube-proxy"]: tools.KUBERNETES.program("kube-proxy"),
        KUBE_ROUTER_IMAGE: tools.KUBE_ROUTER.program("kube-router"),
    }
    for tag, program in proxies.items():
        layer = archive.Layer()
        layer.network_programs(sh, root)
        layer.file(f"usr/local/bin/{program.name}", program)
        archive.write(images / f"{program.name}.tar", tag, layer, [f"/usr/local/bin/{program.name}"])


@contextmanager
def _containerd(sh: Shell, work: Path, data: Path) -> Iterator[list[str]]:
    """A short-lived containerd of the node's own version over the node's store; gives the words of its client."""
    socket = work / "containerd.sock"
    config = work / "containerd.toml"
    config.write_text(
        f'version = 3\nroot = "{data}"\nstate = "{work}/state"\n'
        'disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", '
        '"io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]\n'
        f'[grpc]\naddress = "{socket}"\n',
        encoding="utf-8",
    )
    client = [str(tools.CONTAINERD.program("ctr")), "--address", str(socket), "--namespace", "k8s.io"]
    with sh.log.open("ab") as log:
        server = subprocess.Popen(  # noqa: S603 (a list of our own words, no shell)
            ["/usr/bin/setpriv", "--pdeathsig", "KILL", tools.CONTAINERD.program("containerd"), "--config", config],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(sh.env),
        )
    try:
        deadline = time.monotonic() + 30
        while not sh.succeeds(*client, "version"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise Trouble("containerd did not start")
            time.sleep(0.1)
        yield client
    finally:
        server.terminate()
        server.wait()


def _import_images(sh: Shell, work: Path, root: Path, images: Path) -> None:
    data = root / "var/lib/containerd"
    with _containerd(sh, work, data) as client:
        for file in sorted(images.iterdir()):
            sh.run(*client, "images", "import", "--local", "--snapshotter", "overlayfs", file)
        for name in sh.read(*client, "images", "ls", "-q").split():
            # the kubelet must not collect what a node cannot pull again
            sh.run(*client, "images", "label", name, "io.cri-containerd.pinned=pinned")
    shutil.rmtree(data / "tmpmounts", ignore_errors=True)


def _import_into_engine(sh: Shell, engine: Engine, root: Path) -> None:
    """As one layer; the stop signal needs a build of its own because an import takes none."""
    raw = f"{image_name()}-raw"
    docker = engine.shell(sh)
    pack = ("tar", "-C", root, "--numeric-owner", "--xattrs", "--xattrs-include=*", "-c", ".")
    with sh.output_of(*pack) as packed:
        docker.run("docker", "import", "-", raw, stdin=packed)
    start = 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]'
    settings = f"FROM {raw}\nENV container=docker\nSTOPSIGNAL SIGRTMIN+3\n{start}\n"
    docker.run("docker", "build", "-q", "-t", image_name(), "-", stdin=settings.encode())
    docker.run("docker", "rmi", raw)
