"""Choices by labels."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from composestack.translate.extension.native import LabelKey, LabelValue, Native


class Requirement(Native):
    """One condition on a label (Kubernetes API, LabelSelectorRequirement)."""

    key: LabelKey
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[LabelValue, ...] = ()

    @model_validator(mode="after")
    def _with_values(self) -> Self:
        if (self.operator in {"In", "NotIn"}) != bool(self.values):
            raise ValueError("needs values with In and NotIn, and none with Exists and DoesNotExist")
        return self


class LabelSelector(Native):
    """What has all of these labels (meta/v1 LabelSelector); an empty one chooses everything."""

    match_expressions: tuple[Requirement, ...] = ()
    match_labels: Mapping[LabelKey, LabelValue] | None = None
