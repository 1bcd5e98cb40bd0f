"""What `up` makes, in which order: the parts and their needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cluster import context, engine, golang, ground, gvisor, host, images, kind, kwok, node, packages, registry, tools
from cluster.commands import Shell
from cluster.kind import Shape
from cluster.parts import Part

_BUILDERS = ("gcc", "libc6-dev", "libseccomp-dev", "mmdebstrap", "pkg-config")
_NODE_TOOLS = (tools.KUBE_ROUTER, tools.COREDNS, tools.CONTAINERD, tools.ETCD, tools.CRICTL)


@dataclass
class Plan:
    """The parts share one decision: whether kind's node image can be pulled or has to be built."""

    shape: Shape
    pulled_node: str = ""

    def building(self) -> bool:
        return not self.pulled_node

    def with_gvisor(self) -> bool:
        return self.shape.gvisor

    def with_kwok(self) -> bool:
        return self.shape.kwok

    def pulled(self) -> bool:
        return bool(self.pulled_node)

    def for_kind(self) -> list[Part]:
        """Everything up to a proven cluster. Kubernetes comes first: it is the longest way."""
        node_parts = [Part(tool.name, tool.build, ("go", "registry"), self.building) for tool in _NODE_TOOLS]
        node_needs = ("engine", "kind", "kubernetes", "runc", "pause", "node-base", *(p.name for p in node_parts))
        return [
            *self._ground_floor(),
            Part("registry", self._choose_node_image, ("engine", "go")),
            Part("kind", tools.KIND.build, ("go",)),
            Part("kubernetes", tools.KUBERNETES.build, ("go", "registry"), self.building),
            Part("kubectl", tools.KUBECTL.build, ("go", "registry"), self.pulled),
            Part("builders", lambda sh: _changed(sh, *_BUILDERS), ("registry",)),
            Part("node-base", node.build_base, ("builders",), self.building),
            *self._project_images(),
            *node_parts,
            Part("runc", tools.RUNC.build, ("go", "builders"), self.building),
            Part("pause", tools.build_pause, ("builders",), self.building),
            Part("node-image", lambda sh: node.build(sh, engine.current()), node_needs, self.building),
            Part("gvisor", gvisor.build, ("go", "registry"), self.with_gvisor),
            Part("gvisor-image", self._add_gvisor, ("node-image", "gvisor"), self.with_gvisor),
            Part("cluster", self._bring_up, ("node-image", "gvisor-image", "kind", "kubectl", "engine")),
            Part("load", load, ("cluster", *(p.name for p in self._project_images()))),
            Part("kwok-image", lambda sh: kwok.build(sh, engine.current()), ("engine", "go"), self.with_kwok),
            Part("kwok", lambda sh: kwok.install(sh, engine.current()), ("cluster", "kwok-image"), self.with_kwok),
            Part("ground", self._prove, ("load",)),
        ]

    def for_images(self) -> list[Part]:
        """The project's images alone."""
        builders = Part("builders", lambda sh: _changed(sh, "mmdebstrap"), ("engine",))
        return [*self._ground_floor(), builders, *self._project_images()]

    def for_context(self) -> list[Part]:
        """A cluster that the user chose is only looked at."""
        return [
            Part("go", golang.ensure_go, (), _lacks_kubectl),
            Part("kubectl", tools.KUBECTL.build, ("go",), _lacks_kubectl),
            Part("context", context.check, ("kubectl",)),
            Part("ground", _prove_context, ("context",)),
        ]

    def _ground_floor(self) -> list[Part]:
        return [
            Part("machine", _check_machine),
            Part("go", golang.ensure_go, ("machine",)),
            Part("engine", engine.ensure, ("machine",)),
        ]

    def _project_images(self) -> list[Part]:
        def language(name: str) -> Part:
            make = partial(_build_language, name=name)
            return Part(f"image-{name}", make, ("image-base", "image-runner"))

        return [
            Part("image-base", lambda sh: images.ensure_base(sh, engine.current()), ("builders", "engine")),
            Part("wheels", images.fetch_wheels, ("machine",)),
            Part("image-runner", lambda sh: images.build_runner(sh, engine.current()), ("go", "engine")),
            *map(language, images.languages()),
            Part("image-operator", lambda sh: images.build_operator(sh, engine.current()), ("image-base", "wheels")),
        ]

    def _choose_node_image(self, sh: Shell) -> str:
        use = engine.current()
        if use.has_image(sh, node.image_name()):
            return "not asked: the node image is built"
        candidate = registry.kinds_node_image(sh)
        if registry.pull(sh, use, candidate):
            self.pulled_node = candidate
            return "answers"
        return "none answers: the node image gets built"

    def _bring_up(self, sh: Shell) -> str:
        built = tools.KUBECTL if self.pulled_node else tools.KUBERNETES
        kind.link("kubectl", built.program("kubectl"))
        kind.link("kind", tools.KIND.program("kind"))
        use, image = engine.current(), self._plain_node()
        if self.building():
            use.forget_older(sh, image, 1)
        if self.shape.gvisor:
            image = gvisor.image_name(image)
        outcome = kind.ensure(sh, use, image, self.shape)
        if self.shape.gvisor:
            gvisor.install(kind.shell(sh, use))
        return outcome

    def _plain_node(self) -> str:
        return self.pulled_node or node.image_name()

    def _add_gvisor(self, sh: Shell) -> str:
        return gvisor.build_image(sh, engine.current(), self._plain_node())

    def _prove(self, sh: Shell) -> str:
        """Once per boot of the nodes: what held stays until one of them starts again."""
        use = engine.current()
        boot, record = kind.boot(sh, use), kind.recorded()
        if record and record.proven == boot:
            return "holds, proven before"
        classes = [gvisor.RUNTIME_CLASS] if self.shape.gvisor else []
        outcome = ground.Ground(kind.shell(sh, use), images.name_of("python")).prove(classes)
        kind.mark_proven(boot)
        return outcome


def load(sh: Shell) -> str:
    return kind.load(sh, engine.current(), images.in_cluster())


def _build_language(sh: Shell, name: str) -> str:
    return images.build_language(sh, engine.current(), name)


def _check_machine(sh: Shell) -> str:
    host.check()
    return _changed(sh, "ca-certificates", "iproute2")


def _changed(sh: Shell, *names: str) -> str:
    return "installed" if packages.install(sh, *names) else "there"


def _lacks_kubectl() -> bool:
    return not context.kubectl()


def _prove_context(sh: Shell) -> str:
    copy = context.kubeconfig(sh)
    kubectl = Path(context.kubectl())
    if kubectl != kind.program("kubectl"):
        kind.link("kubectl", kubectl)
    return ground.Ground(kind.with_programs(sh, copy), images.name_of("python")).prove()
