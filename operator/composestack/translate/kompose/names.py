"""The label that gives the objects of a service another name: here a further host name, so that peers still find it."""

from __future__ import annotations

from composestack.compose.model import Service

NAME = "kompose.service.name_override"


def further_name(service: Service) -> str:
    """Return the further host name of a service, "" if labels give none."""
    return service.labels.get(NAME, "").strip()
