"""All concerns, in one place."""

from __future__ import annotations

from composestack.translate.catalog import Catalog
from composestack.translate.concerns import (
    accelerators,
    aliases,
    bind_mounts,
    command,
    dependencies,
    environment,
    file_mounts,
    file_sources,
    hooks,
    hosts,
    image,
    lifecycle,
    memory_mounts,
    metadata,
    mounts,
    named_volumes,
    networks,
    ports,
    probes,
    resources,
    scaling,
    scheduling,
    security,
)

CATALOG = Catalog.of(
    aliases,
    bind_mounts,
    accelerators,
    command,
    dependencies,
    environment,
    file_mounts,
    file_sources,
    hosts,
    image,
    hooks,
    lifecycle,
    memory_mounts,
    metadata,
    mounts,
    named_volumes,
    networks,
    ports,
    probes,
    resources,
    scaling,
    scheduling,
    security,
)
"""Every translator. Building it fails if two of them are responsible for one attribute."""
