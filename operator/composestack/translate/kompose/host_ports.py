"""The label that binds all ports of a service to ports of the node, as `mode: host` does.

The user guide of kompose has two spellings; its program reads the first one.
"""

from __future__ import annotations

from composestack.compose.model import Project, Service
from composestack.translate.kompose.label import boolean
from composestack.translate.refusal import Refusal

READ, DOCUMENTED = "kompose.controller.port.expose", "kompose.controller.expose.port"
LABELS = frozenset({READ, DOCUMENTED})


def label(service: Service) -> str | None:
    """Return the label by which a service wants its ports on the node, if there is one."""
    return next((key for key in _written(service)[:1] if boolean(service.labels[key])), None)


def problems(service: Service) -> list[Refusal]:
    """Return what such labels say that is neither true nor false."""
    return [
        Refusal(
            f"services.{service.name}.labels.{key}",
            f"{service.labels[key]!r} is not what this label takes",
            "write true or false",
        )
        for key in _written(service)
        if boolean(service.labels[key]) is None
    ]


def _written(service: Service) -> list[str]:
    return [key for key in (READ, DOCUMENTED) if key in service.labels]


def with_host_ports(project: Project) -> Project:
    """Return the project with the ports of such services in the mode `host`."""
    wanted = {name: service for name, service in project.services.items() if label(service)}
    if not wanted:
        return project
    bound = {
        name: service.filled(ports=tuple(port.filled(mode="host") for port in service.ports))
        for name, service in wanted.items()
    }
    return project.filled(services={**project.services, **bound})
