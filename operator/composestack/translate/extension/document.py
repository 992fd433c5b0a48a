"""`x-kubernetes` of the document."""

from __future__ import annotations

from typing import Literal

from composestack.translate.extension.publishing import PublishDefaults
from composestack.translate.extension.resources import ResourceSettings
from composestack.translate.extension.settings import Settings, unwritten


class DocumentSettings(Settings):
    """What holds for all services, networks and volumes that do not say otherwise; goes before `spec`."""

    image_pull_secrets: tuple[str, ...] = ()
    isolation: Literal["enforce", "none"] | None = None
    publish: PublishDefaults = unwritten(PublishDefaults)
    resources: ResourceSettings = unwritten(ResourceSettings)
    storage_class: str | None = None
