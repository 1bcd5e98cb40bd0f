"""What all API models share: frozen, camelCase on the wire, unknown fields ignored (the API server pruned them)."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

GROUP = "codeexec.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"


class Model(BaseModel):
    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="ignore"
    )

    def manifest(self) -> dict[str, Any]:
        """The JSON form as the API server takes it: camelCase, nothing that is unset."""
        return self.model_dump(by_alias=True, exclude_none=True, mode="json")

    def but(self, **changes: object) -> Self:
        """A copy with these fields changed."""
        return self.model_copy(update=changes)
