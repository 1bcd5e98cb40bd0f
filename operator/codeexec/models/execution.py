"""CodeExecution: what runs, and what came of it."""

from datetime import datetime

from codeexec.models.base import Model
from codeexec.models.spec import ExecutionSpec
from codeexec.models.status import ExecutionStatus


class Metadata(Model):
    """The part of ObjectMeta that is read."""

    namespace: str
    name: str
    uid: str
    resource_version: str
    generation: int = 1
    creation_timestamp: datetime


class CodeExecution(Model):
    """Runs one program once and holds its verdict."""

    metadata: Metadata
    spec: ExecutionSpec
    status: ExecutionStatus = ExecutionStatus()
