"""A stack called `shop`, of services that are as a test writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composestack.compose.model import Project, Service
from composestack.compose.source import ProjectFiles
from composestack.translate.scope import Scope
from composestack.translate.stack import Stack


def stack(
    services: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes] | None = None, **sections: Any
) -> Stack:
    """The stack of services by name, each with the attributes of its model, and of other sections of the project."""
    project = Project(
        name="shop",
        services={name: Service(name=name, **attributes) for name, attributes in services.items()},
        **sections,
    )
    return Stack(project, Scope(stack="shop", directory=ProjectFiles(files or {})))
