"""Variables whose values only the cluster knows."""

from typing import Literal, Self

from pydantic import model_validator

from composestack.translate.extension.settings import Settings


class KeySettings(Settings):
    """A key of a Secret or ConfigMap in the stack's namespace."""

    name: str
    key: str
    optional: bool | None = None


class FieldSettings(Settings):
    """A field of the pod, such as `status.podIP`."""

    field_path: str


class ResourceSettings(Settings):
    """A request or a limit of the container, such as `limits.memory`, in units of `divisor`, such as `1Mi`."""

    divisor: str = "0"
    resource: Literal[
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory",
    ]

    @model_validator(mode="after")
    def _unit(self) -> Self:
        units = _CORES if self.resource.endswith(".cpu") else _BYTES
        if self.divisor not in units:
            raise ValueError(f"counts in no {self.divisor}; write divisor as {', '.join(units[1:])}")
        return self


_CORES = ("0", "1m", "1")
_BYTES = ("0", "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
"""Kubernetes API, validation of ResourceFieldSelector; 0 is what it takes for nothing, which means 1."""


class ValueSettings(Settings):
    """Where a variable has its value from: exactly one of these."""

    config_map_key_ref: KeySettings | None = None
    field_ref: FieldSettings | None = None
    resource_field_ref: ResourceSettings | None = None
    secret_key_ref: KeySettings | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        sources = (self.config_map_key_ref, self.field_ref, self.resource_field_ref, self.secret_key_ref)
        if len([source for source in sources if source]) != 1:
            raise ValueError("needs one of configMapKeyRef, fieldRef, resourceFieldRef and secretKeyRef")
        return self


class VariableSettings(Settings):
    """A variable whose value Compose cannot express."""

    name: str
    value_from: ValueSettings
