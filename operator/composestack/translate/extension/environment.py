"""Variables whose values only the cluster knows."""

from typing import Self

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


class ValueSettings(Settings):
    """Where a variable has its value from: exactly one of these."""

    config_map_key_ref: KeySettings | None = None
    field_ref: FieldSettings | None = None
    secret_key_ref: KeySettings | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len([source for source in (self.config_map_key_ref, self.field_ref, self.secret_key_ref) if source]) != 1:
            raise ValueError("needs one of configMapKeyRef, fieldRef and secretKeyRef")
        return self


class VariableSettings(Settings):
    """A variable whose value Compose cannot express."""

    name: str
    value_from: ValueSettings
