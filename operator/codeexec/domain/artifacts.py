"""Files that a program left behind: small ones into status, larger ones into one ConfigMap."""

import base64
import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from codeexec.domain import labels
from codeexec.domain.output import bounded
from codeexec.domain.record import File, Skipped
from codeexec.models.base import API_VERSION
from codeexec.models.execution import CodeExecution
from codeexec.models.status import MAX_ARTIFACTS, Artifact, ConfigMapKey

PATH_BYTES = 1024
"""Of a path as it is shown."""
INLINE_BYTES = 16_384
"""Of all artifacts together: as much as status holds itself."""

_WHY = {
    "too-many": f"only {MAX_ARTIFACTS} files are brought back",
    "too-large": "it is too large to bring back with the others",
    "not-regular": "it is not a plain file with one name",
    "unreadable": "it could not be read",
}


@dataclass(frozen=True, slots=True)
class Collected:
    """What goes into status, and the ConfigMap that has to be there before."""

    artifacts: tuple[Artifact, ...] = ()
    config_map: dict[str, Any] | None = None

    def without_config_map(self, why: str) -> "Collected":
        """When the API server does not take it: the verdict stands, and says what is missing."""
        return replace(
            self,
            config_map=None,
            artifacts=tuple(a.but(config_map=None, missing=why) if a.config_map else a for a in self.artifacts),
        )


def collect(
    execution: CodeExecution, names: tuple[str | None, ...], files: tuple[File, ...], skipped: tuple[Skipped, ...]
) -> Collected:
    """`names`: of the runs, in order."""
    if not execution.spec.artifacts:  # nothing was asked for, and there is no room for it
        return Collected()
    whole = [file for file in files if file.of < len(names) and _whole(file)]
    inline = sum(file.size for file in whole) <= INLINE_BYTES
    name, data = labels.artifacts_name(execution.metadata.uid), dict[str, str]()
    found = []
    for file in files[:MAX_ARTIFACTS]:
        if file.of >= len(names):
            continue
        artifact = Artifact(path=_text(file.path), item=names[file.of], bytes=file.size, sha256=file.sha256)
        if file not in whole:
            artifact = artifact.but(missing="its content did not arrive whole")
        elif inline:
            artifact = _with_content(artifact, file.data)
        else:
            key = f"{len(data)}"
            data[key] = base64.b64encode(file.data).decode()
            artifact = artifact.but(config_map=ConfigMapKey(name=name, key=key))
        found.append(artifact)
    found += [
        Artifact(path=_text(one.path), item=names[one.of], missing=_WHY[one.why])
        for one in skipped[:MAX_ARTIFACTS]
        if one.of < len(names)
    ]
    return Collected(tuple(found), _config_map(execution, name, data) if data else None)


def _whole(file: File) -> bool:
    """The runner is not believed about it: a digest that does not fit would be passed on."""
    return len(file.data) == file.size and hashlib.sha256(file.data).hexdigest() == file.sha256


def _text(path: str) -> str:
    """A path that a program chose, fit for a terminal."""
    return bounded("".join(c if c.isprintable() else "\ufffd" for c in path), PATH_BYTES)


def _with_content(artifact: Artifact, data: bytes) -> Artifact:
    """As text when it is text: UTF-8, and no NUL in it."""
    with contextlib.suppress(UnicodeDecodeError):
        if b"\0" not in data:
            return artifact.but(content=data.decode())
    return artifact.but(content_base64=base64.b64encode(data).decode())


def _config_map(execution: CodeExecution, name: str, data: dict[str, str]) -> dict[str, Any]:
    meta = execution.metadata
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": name,
            "namespace": meta.namespace,
            "labels": {labels.EXECUTION_UID: meta.uid, **labels.MANAGED_BY},
            "ownerReferences": [owner(execution)],
        },
        "immutable": True,
        "binaryData": data,
    }


def owner(execution: CodeExecution) -> dict[str, Any]:
    """What goes when the execution goes."""
    return {
        "apiVersion": API_VERSION,
        "kind": "CodeExecution",
        "name": execution.metadata.name,
        "uid": execution.metadata.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }
