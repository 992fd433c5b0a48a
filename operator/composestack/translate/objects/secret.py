"""Secrets: immutable, and named by their content."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from composestack.translate.objects.base import manifest
from composestack.translate.planned import Manifest


def secret(name: str, labels: Mapping[str, str], content: Mapping[str, bytes], type_: str | None = None) -> Manifest:
    """Return a Secret, opaque unless it has a type."""
    data = {key: base64.b64encode(value).decode() for key, value in sorted(content.items())}
    return manifest("Secret", name, labels, data=data, immutable=True, **({"type": type_} if type_ else {}))
