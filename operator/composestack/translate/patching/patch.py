"""One patch of `spec.patches`."""

from __future__ import annotations

from typing import Any, NamedTuple

from composestack.translate import labels
from composestack.translate.planned import Manifest


class Patch(NamedTuple):
    """A change of all objects that agree with what is given of kind, name and service.

    `name` is that of the object, or the one that it has in the Compose document. `change` is a mapping for a strategic
    merge, a list for the operations of a JSON patch.
    """

    change: Any
    kind: str | None = None
    name: str | None = None
    service: str | None = None

    def is_for(self, manifest: Manifest) -> bool:
        """Tell whether an object is meant."""
        own = manifest["metadata"].get("labels", {})
        return (
            self.kind in {None, manifest["kind"]}
            and self.name in {None, manifest["metadata"]["name"], own.get(labels.NAME)}
            and self.service in {None, own.get(labels.SERVICE)}
        )

    def __str__(self) -> str:
        said = (("kind", self.kind), ("name", self.name), ("service", self.service))
        return ", ".join(f"{name} {value}" for name, value in said if value)
