"""The ComposeStack resource, version v1alpha1. These models are the source of the CustomResourceDefinition (see
crd.py).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from composestack.api.v1alpha1.resource import OBJECT_NAME, LocalObject, Resource, validated
from composestack.api.v1alpha1.sources import EnvFromSource, EnvVar, EnvVarSource, FilesFromSource, FilesSource
from composestack.api.v1alpha1.spec import (
    ComposeStackSpec,
    DeletionPolicy,
    Ingress,
    IngressTls,
    Patch,
    PatchTarget,
    Publish,
    Storage,
)
from composestack.api.v1alpha1.status import (
    ComposeStackStatus,
    Condition,
    InventoryEntry,
    LastReady,
    NoticeStatus,
    RolledBack,
    ServiceStatus,
    VolumeStatus,
)

__all__ = [
    "API_VERSION",
    "GROUP",
    "KIND",
    "OBJECT_NAME",
    "PLURAL",
    "VERSION",
    "ComposeStack",
    "ComposeStackSpec",
    "ComposeStackStatus",
    "Condition",
    "DeletionPolicy",
    "EnvFromSource",
    "EnvVar",
    "EnvVarSource",
    "FilesFromSource",
    "FilesSource",
    "Ingress",
    "IngressTls",
    "InventoryEntry",
    "LastReady",
    "LocalObject",
    "NoticeStatus",
    "Patch",
    "PatchTarget",
    "Publish",
    "Resource",
    "RolledBack",
    "ServiceStatus",
    "Storage",
    "VolumeStatus",
]

GROUP = "composestack.io"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"
KIND = "ComposeStack"
PLURAL = "composestacks"


class ComposeStack(BaseModel):
    """The custom resource as read from the API server; only the parts that the operator looks at."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        defer_build=True,
        json_schema_extra=validated(
            (
                "self.metadata.name.size() <= 63",
                "the name of a ComposeStack has at most 63 characters, because it becomes the value of a label",
            )
        ),
    )

    metadata: dict[str, Any]
    spec: ComposeStackSpec = Field(default_factory=ComposeStackSpec)
    status: ComposeStackStatus = Field(default_factory=ComposeStackStatus)
