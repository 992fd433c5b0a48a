"""What an autoscaler goes by, besides how much of what they reserve the pods use."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, model_validator

from composestack.translate import quantity
from composestack.translate.extension.native import Native, ObjectName, Seconds
from composestack.translate.extension.selector import LabelSelector

Quantity = Annotated[Any, AfterValidator(lambda value: quantity.any_form(str(value)))]


class Target(Native):
    """How much of it there shall be: in percent of what is reserved, in all, or for each pod."""

    average_utilization: Seconds | None = None
    average_value: Quantity | None = None
    type: Literal["AverageValue", "Utilization", "Value"]
    value: Quantity | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        key = {"AverageValue": "averageValue", "Utilization": "averageUtilization", "Value": "value"}[self.type]
        if set(self.manifest()) != {"type", key}:
            raise ValueError(f"needs {key}, and nothing else")
        return self


class Named(Native):
    """A metric, and which of its series."""

    name: str
    selector: LabelSelector | None = None


class Reference(Native):
    """An object of the namespace."""

    api_version: str | None = None
    kind: str
    name: ObjectName


class Resource(Native):
    """CPU or memory of the pods."""

    name: Literal["cpu", "memory"]
    target: Target


class ContainerResource(Resource):
    """CPU or memory of one container."""

    container: str


class Custom(Native):
    """A metric of the pods, or one from outside of the cluster."""

    metric: Named
    target: Target


class OfObject(Custom):
    """A metric of an object, such as an Ingress."""

    described_object: Reference


class Metric(Native):
    """One metric, as autoscaling/v2 has it: under the key that `type` says."""

    container_resource: ContainerResource | None = None
    external: Custom | None = None
    object: OfObject | None = None
    pods: Custom | None = None
    resource: Resource | None = None
    type: Literal["ContainerResource", "External", "Object", "Pods", "Resource"]

    @model_validator(mode="after")
    def _one(self) -> Self:
        key = f"{self.type[0].lower()}{self.type[1:]}"
        if set(self.manifest()) != {"type", key}:
            raise ValueError(f"needs {key}, and nothing else")
        return self
