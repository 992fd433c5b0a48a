"""PersistentVolumeClaims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.translate import quantity
from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest
from composestack.translate.scope import Storage


def claim(name: str, labels: Mapping[str, str], access_mode: str, storage: Storage) -> Manifest:
    """Return a claim of the size and class that the stack asks for."""
    return manifest("PersistentVolumeClaim", name, labels, spec=claim_spec(access_mode, storage))


def claim_spec(access_mode: str, storage: Storage) -> dict[str, Any]:
    """Return the spec of a claim, or of the template of an ephemeral one."""
    spec: dict[str, Any] = {
        "accessModes": [access_mode],
        "resources": {"requests": {"storage": quantity.canonical(storage.default_size)}},
    }
    if storage.class_name is not None:
        spec["storageClassName"] = storage.class_name
    return spec
