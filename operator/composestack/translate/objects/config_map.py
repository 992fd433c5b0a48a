"""ConfigMaps: immutable, and named by their content."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest

LIMIT = 1024 * 1024
"""Bytes that the API server accepts in one ConfigMap or Secret (Kubernetes documentation, "ConfigMap" and "Secret")."""


def config_map(name: str, labels: Mapping[str, str], content: Mapping[str, bytes]) -> Manifest:
    """Return a ConfigMap. What is not UTF-8 text goes to `binaryData`."""
    body: dict[str, Any] = {"immutable": True}
    for key, value in sorted(content.items()):
        try:
            body.setdefault("data", {})[key] = value.decode()
        except UnicodeDecodeError:
            body.setdefault("binaryData", {})[key] = base64.b64encode(value).decode()
    return manifest("ConfigMap", name, labels, **body)


def size(content: Mapping[str, bytes]) -> int:
    """Return how many bytes of the limit the content takes."""
    return sum(len(key) + len(value) for key, value in content.items())
