"""The labels of `deploy`: about the storage that a container writes to outside of volumes."""

from __future__ import annotations

from composestack.translate import quantity
from composestack.translate.kompose.label import Label, Table

_STORAGE = "ephemeral-storage"


def _quantity(value: str) -> str | None:
    try:
        return quantity.of_resource(_STORAGE, value.strip())
    except ValueError:
        return None


LABELS: Table = {
    f"kompose.{_STORAGE}.limit": (Label(f"resources.limits.{_STORAGE}", _quantity, "a quantity, such as 1Gi"),),
    f"kompose.{_STORAGE}.request": (Label(f"resources.requests.{_STORAGE}", _quantity, "a quantity, such as 1Gi"),),
}
