"""Objects of the Kubernetes API within the extension: they go into the manifest as they are written."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from composestack.translate.names import is_dns_subdomain, is_qualified_name, label_value


class Native(BaseModel):
    """A mapping with the keys and the meaning that the Kubernetes API gives it, checked as far as that goes without a
    cluster: so what the API server would refuse is refused before anything is applied.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, defer_build=True)

    def manifest(self) -> dict[str, Any]:
        """Return what is written, in the form of manifests. What is not written is the API server's to decide."""
        written: dict[str, Any] = self.model_dump(by_alias=True, exclude_unset=True, exclude_none=True, mode="json")
        return written


def _label_key(key: str) -> str:
    if not is_qualified_name(key):
        raise ValueError(f"{key!r} is no key of a label")
    return key


def _label_value(value: str) -> str:
    if value and value != label_value(value):
        raise ValueError(f"{value!r} is no value of a label")
    return value


def _object_name(name: str) -> str:
    if not is_dns_subdomain(name):
        raise ValueError(f"{name!r} is no name of an object")
    return name


LabelKey = Annotated[str, AfterValidator(_label_key)]
LabelValue = Annotated[str, AfterValidator(_label_value)]
ObjectName = Annotated[str, AfterValidator(_object_name)]
"""Kubernetes documentation, "Labels and Selectors" and "Object Names and IDs"."""
PortNumber = Annotated[int, Field(gt=0, lt=65536)]
Seconds = Annotated[int, Field(gt=0, lt=2**31)]
