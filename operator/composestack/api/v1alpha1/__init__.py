"""The ComposeStack resource, version v1alpha1. These models are the source of the CustomResourceDefinition (see
crd.py).
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from composestack.api.v1alpha1.resource import LocalObject, Resource
from composestack.api.v1alpha1.sources import EnvFromSource, EnvVar, EnvVarSource, FilesFromSource, FilesSource
from composestack.api.v1alpha1.spec import (
    ACCOUNT_NAME,
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
    "ACCOUNT_NAME",
    "API_VERSION",
    "GROUP",
    "KIND",
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

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    metadata: dict[str, Any]
    spec: ComposeStackSpec = Field(default_factory=ComposeStackSpec)
    status: ComposeStackStatus = Field(default_factory=ComposeStackStatus)
