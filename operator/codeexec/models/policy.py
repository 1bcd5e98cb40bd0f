"""SandboxPolicy: what is allowed and how much, in one namespace."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from codeexec.models.base import Model

MemoryQuantity = Annotated[str, StringConstraints(max_length=16, pattern=r"^[1-9][0-9]{0,6}(Mi|Gi)$")]
CpuQuantity = Annotated[str, StringConstraints(max_length=16, pattern=r"^([1-9][0-9]{0,2}|[1-9][0-9]{1,5}m)$")]


class LanguageLimits(Model):
    """What one run may use. A limit left out is the built-in one (docs/policies.md)."""

    model_config = ConfigDict(
        json_schema_extra={
            "x-kubernetes-validations": [
                {
                    "rule": "!has(self.memory) || quantity(self.memory).compareTo(quantity('32Mi')) >= 0",
                    "message": "memory must be at least 32Mi: the runner and an interpreter need that much",
                },
                {
                    "rule": "!has(self.timeoutSeconds) || !has(self.maxTimeoutSeconds)"
                    " || self.timeoutSeconds <= self.maxTimeoutSeconds",
                    "message": "timeoutSeconds must not be above maxTimeoutSeconds",
                },
            ]
        }
    )

    memory: MemoryQuantity | None = Field(default=None, description="Memory of the sandbox, like 512Mi; at least 32Mi.")
    cpu: CpuQuantity | None = Field(default=None, description='CPU of the sandbox in cores, like "1" or 500m.')
    timeout_seconds: Annotated[int, Field(ge=1, le=3600)] | None = Field(
        default=None, description="Wall clock for a run that asks for none."
    )
    max_timeout_seconds: Annotated[int, Field(ge=1, le=3600)] | None = Field(
        default=None, description="The most a run may ask for."
    )
    output_bytes: Annotated[int, Field(ge=1024, le=131_072)] | None = Field(
        default=None, description="Bytes kept of each of standard output and standard error, head and tail."
    )


class LanguagePolicy(Model):
    limits: LanguageLimits = Field(default=LanguageLimits(), description="Limits of one run.")


class Languages(Model):
    python: LanguagePolicy = Field(default=LanguagePolicy(), description="What holds for Python.")


class Retention(Model):
    ttl_seconds_after_finished: Annotated[int, Field(ge=0, le=604_800)] = Field(
        default=0, description="How long the Pod of a finished run is kept, for a run that does not say."
    )


class PolicySpec(Model):
    """What runs of this namespace may use. Whatever is left out is the built-in value."""

    languages: Languages = Field(default=Languages(), description="What holds for each language.")
    retention: Retention = Field(default=Retention(), description="How long leftovers stay.")


class PolicyMetadata(Model):
    namespace: str
    name: str
    generation: int = 1


class SandboxPolicy(Model):
    """What is allowed, and how much. The one called `default` applies to all runs that name no other."""

    metadata: PolicyMetadata
    spec: PolicySpec = PolicySpec()
