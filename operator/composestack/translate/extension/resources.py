"""What a container may use, and what is set aside for it, by any name that a cluster has for resources."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from composestack.translate import quantity
from composestack.translate.extension.settings import Settings
from composestack.translate.names import is_qualified_name

_PLAIN = re.compile(r"cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMGT]i")


def _quantities(written: Mapping[str, Any]) -> dict[str, str]:
    return {name: _quantity(name, value) for name, value in sorted(written.items())}


def _quantity(name: str, value: Any) -> str:
    if not _PLAIN.fullmatch(name) and not ("/" in name and is_qualified_name(name)):
        raise ValueError(f"{name} is no resource: there are cpu, memory, ephemeral-storage, and those with a domain")
    try:
        return quantity.of_resource(name, str(value))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


Quantities = Annotated[Mapping[str, Any], AfterValidator(_quantities)]
"""By the name of the resource, in the form of the API server."""


class ResourceSettings(Settings):
    """Added to `deploy.resources`. Where both say something, they have to say the same."""

    limits: Quantities = Field(default_factory=dict)
    requests: Quantities = Field(default_factory=dict)
