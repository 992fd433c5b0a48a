"""`x-kubernetes` of secrets and configs."""

from __future__ import annotations

from typing import Any

from composestack.translate.extension.settings import Settings


class FileSettings(Settings):
    """Under which key the object holds the content."""

    key: str | None = None


class ConfigSettings(FileSettings):
    """What a ConfigMap has besides."""


class SecretSettings(FileSettings):
    """What a Secret has besides: its type, which may fix the key. `externalSecret` is known, and refused."""

    external_secret: Any = None
    type: str | None = None
