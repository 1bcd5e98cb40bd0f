"""Conditions as kstatus, `kubectl wait`, Argo CD and Flux read them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from codeexec.models.base import Model

ConditionStatus = Literal["True", "False", "Unknown"]


class Condition(Model):
    type: Annotated[str, StringConstraints(max_length=64)] = Field(description="Name of the condition.")
    status: ConditionStatus = Field(description="True, False or Unknown.")
    observed_generation: int = Field(default=0, description="Generation of spec it was set for.")
    last_transition_time: datetime = Field(description="When its status last changed.")
    reason: Annotated[str, StringConstraints(max_length=128)] = Field(description="CamelCase and stable.")
    message: Annotated[str, StringConstraints(max_length=4096)] = Field(default="", description="For people.")
