"""How many pods a service has, and how many may be away at once."""

from typing import Self

from pydantic import Field, model_validator

from composestack.translate.extension.metrics import Metric
from composestack.translate.extension.settings import Settings


class AutoscaleSettings(Settings):
    """How many pods there are, and how much of what they reserve they shall use, in percent.

    `metrics` are others, as autoscaling/v2 has them.
    """

    cpu: int | None = Field(default=None, gt=0, le=100)
    max: int | None = Field(default=None, gt=0)
    memory: int | None = Field(default=None, gt=0, le=100)
    metrics: tuple[Metric, ...] = ()
    min: int = Field(default=1, gt=0)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.model_fields_set and (self.max is None or not (self.cpu or self.memory or self.metrics)):
            raise ValueError("needs max, and cpu, memory or metrics")
        return self


class DisruptionSettings(Settings):
    """How many pods a drained node may take away: a number or a percentage, exactly one of these."""

    max_unavailable: int | str | None = None
    min_available: int | str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.model_fields_set and (self.max_unavailable is None) == (self.min_available is None):
            raise ValueError("needs one of maxUnavailable and minAvailable")
        return self
